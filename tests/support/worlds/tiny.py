"""Worlds whose agents are small shell scripts: everything of the harness is real, and their sessions cost nothing.

The harness runs from a copy of the repository, in which each of them is a folder of images/agents like any other.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from msgspec import structs

from nab import agents
from nab.actions.bench import Bench
from nab.actions.boxes import images
from nab.actions.boxes.images import Image
from nab.config import Config
from nab.edges.docker import image_builds, image_tags
from nab.edges.untrusted import removal
from nab.paths import AgentFolder
from support.engines import engines
from support.engines.last_steps import ended_by
from support.records.coding_records import Record
from support.repository.benches import REPOSITORY
from support.worlds.world import World

SETTINGS = """
[tournament]
local_port = {{port}}
[models]
kind = "scripted"
[limits]
active_hours = 0.2
cpus = 1
memory_gib = 0.5
slot = "{{slot}}"
[recording]
resources_every = 1
history_every = 5
"""
ENTRANT = '[[entrants]]\nagent = "{0}"\nlevel = "{1}"\nmodel = "nab_{0}_{1}"\n'
REPLICA = '[[entrants]]\nagent = "{0}"\nlevel = "{1}"\nreplica = "{2}"\nmodel = "nab_{0}_{1}_{2}"\n'
RECIPE = """
description = "A shell script, for tests."
parent = "{parent}"
[cli]
provider = "anthropic"
model = "none"
first = ["sh", "/home/agent/behave.sh", "{{model}}", "{{prompt}}"]
resume = ["sh", "/home/agent/behave.sh", "{{model}}", "{{prompt}}"]
output = "plain"
transcripts = []
[[cli.auth]]
field = "api_key"
variables = ["ANTHROPIC_API_KEY"]
[[cli.errors]]
class = "overload"
pattern = 'overloaded'
"""
DOCKERFILE = "ARG PARENT=nab/base\nFROM ${PARENT}\n"
CONTROL = (
    'description = "A shell script, for tests."\nparent = "base"\nllm = false\ncommand = ["sh", "-c", {0}]\n'
)
# What such an agent does when it is started: it leaves a submit.sh, says so, and is done.
DUTIFUL = "printf '#!/bin/sh\\nexit 0\\n' > submit.sh; chmod +x submit.sh; echo it is there; echo NAB:DONE"


@dataclass(frozen=True)
class MadeOf:
    """At which levels such agents take part, as which replicas, and what their images are built on.

    `controls` take part beside them, at L3; what each of them does is a line of shell too.
    """

    levels: tuple[str, ...] = ("L4",)
    replicas: tuple[str, ...] = ("",)
    parent: str = "base"
    controls: Mapping[str, str] = field(default_factory=dict)


class TinyWorld(Record, World):
    """A world of small agents: what each of them does is a line of shell, by its name.

    The engine is everybody's: their images are named after the world too.
    """

    def __init__(self, folder: Path, behaviours: Mapping[str, str], made_of: MadeOf, *pace: str) -> None:
        self.copy = folder / "repository"
        self.own, self.parent = uuid.uuid4().hex[:6], made_of.parent
        for part in ("lib", "scripts", "images"):
            shutil.copytree(REPOSITORY / part, self.copy / part, ignore=shutil.ignore_patterns("__pycache__"))
        for name, does in behaviours.items():
            home = self.copy / "images" / "agents" / self.named(name) / "home"
            home.mkdir(parents=True)
            (home / "behave.sh").write_text(f"{does}\n")
            (home.parent / "agent.toml").write_text(RECIPE.format(parent=self.parent))
            (home.parent / "Dockerfile").write_text(DOCKERFILE)
        for name, does in made_of.controls.items():
            control = self.copy / "images" / "agents" / self.named(name)
            control.mkdir(parents=True)
            (control / "agent.toml").write_text(CONTROL.format(json.dumps(does)))
            (control / "Dockerfile").write_text(DOCKERFILE)
        entrants = "".join(
            (REPLICA if replica else ENTRANT).format(self.named(name), level, replica)
            for name in behaviours
            for level in made_of.levels
            for replica in made_of.replicas
        )
        entrants += "".join(ENTRANT.format(self.named(name), "L3") for name in made_of.controls)
        self.environment = {**os.environ, "PYTHONPATH": str(self.copy / "lib")}
        super().__init__(folder, *pace, settings=SETTINGS.format() + entrants)
        self.bench = Bench(moved(self.bench.config, self.copy), "test")
        self.images = [self.named(name) for name in (*behaviours, *made_of.controls)]

    def named(self, agent: str) -> str:
        """Return the name that an agent has in this world."""
        return f"{agent}_{self.own}"

    def build(self) -> None:
        """Build the agents' images: the base, under their names."""
        client = engines.engine_or_skip()
        name = f"nab/{self.parent}"
        engines.image_or_skip(name)
        (self.bench.paths.root / "builds").mkdir(parents=True, exist_ok=True)
        parent = Image(name, image_builds.image_digest(client, name).id, built=False)
        for name in self.images:
            spec = agents.find(self.bench.config.images, name)
            images.make(self.bench.config, client, images.agent_recipe(self.bench.config, spec, parent))

    def script(self, name: str, *options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.program(name, *options),
            capture_output=True, text=True, timeout=900, check=False, env=self.environment,
        )  # fmt: skip

    def start(self, name: str, *options: str) -> subprocess.Popen[bytes]:
        with (self.bench.paths.root.parent / f"{name}.log").open("ab") as sink:
            return subprocess.Popen(
                self.program(name, *options), stdout=sink, stderr=sink, env=self.environment
            )

    def launch(
        self, agent: str, level: str = "L4", *patches: str, replica: str = ""
    ) -> subprocess.Popen[bytes]:
        """Start a launch. `patches` shorten what takes long (quick_launch.py)."""
        who = ("--agent", self.named(agent), "--level", level, "--replica", replica)
        words = self.program("launch.py", *who)
        environment = {**self.environment, "NAB_TEST_PATCHES": " ".join(patches)}
        with self.said_by(agent).open("ab") as sink:
            return subprocess.Popen(words, stdout=sink, stderr=sink, env=environment)

    def said_by(self, agent: str) -> Path:
        return self.bench.paths.root.parent / f"{agent}.log"

    def close(self) -> None:
        with ended_by(self.remove_images):
            super().close()

    def remove_images(self) -> None:
        for name in self.images:
            image_tags.forget(self.bench.engine, f"nab/agent-{name}")


def moved(config: Config, repository: Path) -> Config:
    """Return the settings of a copy of the repository."""
    return structs.replace(config, repository=repository)


@contextmanager
def tiny_world(
    behaviours: Mapping[str, str],
    *pace: str,
    levels: tuple[str, ...] = ("L4",),
    replicas: tuple[str, ...] = ("",),
    parent: str = "base",
) -> Iterator[TinyWorld]:
    """Have a world of small agents; its folder is short enough for a socket's path."""
    folder = Path(tempfile.mkdtemp(prefix="nab"))
    made = TinyWorld(folder, behaviours, MadeOf(levels, replicas, parent), *pace)
    with ended_by(made.close, lambda: removal.remove(AgentFolder(folder))):
        made.build()
        yield made
