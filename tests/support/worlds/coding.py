"""Worlds in which the real coding agents play: a tournament, scripted models, our scripts, real boxes."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from nab.core.facts import Counts
from nab.core.runs.runs import Run
from nab.core.runs.states import RunState
from nab.edges.docker import boxes
from nab.edges.secrets import keys
from nab.edges.untrusted import removal
from nab.paths import AgentFolder
from support.engines.last_steps import ended_by
from support.records.coding_records import Record
from support.repository.vendors import VENDORS
from support.servers.scripted_models import Server
from support.worlds import shared
from support.worlds.world import World

AGENTS = ("claude", "codex", "gemini")
SETTINGS = """
[tournament]
local_port = {{port}}
[models]
kind = "scripted"
[limits]
active_hours = {active_hours}
silent_minutes = {silent_minutes}
wind_down_minutes = {wind_down_minutes}
submit_minutes = 1
cpus = 2
memory_gib = {memory_gib}
slot = "{{slot}}"
[recording]
resources_every = 0.5
history_every = 1
"""
ENTRANT = '[[entrants]]\nagent = "{0}"\nlevel = "{1}"\nmodel = "nab_{0}_{1}"\n'
USUAL = {"active_hours": 0.1, "silent_minutes": 5, "wind_down_minutes": 0, "memory_gib": 2}
# Boxes and networks are named after runs, and runs after the second in which they begin: one launch at a time.
TURN = Path(tempfile.gettempdir()) / "nab-coding-worlds.lock"
KEYS = [
    word for provider in VENDORS for word in ("--key", f"{provider}={keys.made_key(provider)['api_key']}")
]


class CodingWorld(Record, World):
    """A world with scripted models, in which every prompt begins the given scenario."""

    def __init__(self, folder: Path, scenario: str, *pace: str, more: str = "", **limits: float) -> None:
        entrants = "".join(ENTRANT.format(agent, level) for agent in AGENTS for level in ("L3", "L4"))
        super().__init__(folder, *pace, settings=SETTINGS.format(**{**USUAL, **limits}) + entrants + more)
        self.models = Server(self.bench.paths.root, "--scenario", scenario, *KEYS)
        self.launchers: list[subprocess.Popen[bytes]] = []
        self.environment: dict[str, str] = {}  # of launches, for quick_launch.py

    def launch(self, agent: str, level: str = "L3", seconds: float = 300) -> Run:
        """Run an agent to the end of its run."""
        launcher = self.begin(agent, level)
        assert launcher.wait(seconds) == 0, self.said
        return self.run

    def begin(self, agent: str, level: str = "L3", replica: str = "") -> subprocess.Popen[bytes]:
        """Start a launch, and be there when the box of its run runs."""
        before = len(self.runs())
        with FileLock(TURN):
            with self.spoken.open("ab") as sink:
                who = ("--agent", agent, "--level", level, "--replica", replica)
                words = self.program("launch.py", *who)
                launcher = subprocess.Popen(
                    words, stdout=sink, stderr=sink, env={**os.environ, **self.environment}
                )
            self.launchers.append(launcher)
            self.wait(lambda: launcher.poll() is not None or len(self.runs()) > before, 300)
            time.sleep(1)
        self.wait(lambda: launcher.poll() is not None or self.run.started_at is not None, 300)
        assert self.runs()[before:] and self.run.started_at, self.said
        return launcher

    def finish(self, launcher: subprocess.Popen[bytes], seconds: float = 150) -> Run:
        """Wait for the end of a launch that was begun."""
        launcher.wait(seconds)
        assert self.run.ended, self.said
        return self.run

    @property
    def spoken(self) -> Path:
        return self.bench.paths.root.parent / "launch.log"

    @property
    def said(self) -> str:
        """What the launches have printed."""
        return self.spoken.read_text()

    def until(self, holds: Callable[[], object], seconds: float) -> None:
        """Wait until something holds while the run goes on; a run that ends first is told in its own words."""
        self.wait(lambda: holds() or self.run.state is RunState.ENDED, seconds)
        assert holds(), f"the run ended before: {self.said}"

    def in_the_box(self, *words: str, ends: int = 0) -> None:
        """Run a command in the box of the newest run, that ends with this exit code."""
        done = subprocess.run(
            ["docker", "exec", self.run.container or "", *words],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == ends, done.stdout + done.stderr

    def group(self, session: str) -> int:
        """Return the process group of a session's program, as the box counts; it has begun, or will soon."""
        file = self.paths.outbox.own_path / session / "began.json"
        self.until(file.exists, 30)
        return int(json.loads(file.read_text())["pid"])

    def box_runs(self) -> bool:
        box = boxes.inspect(self.bench.engine, self.run.container or "")
        return box is not None and box.running

    def reported(self) -> Counts:
        """Return what the scripted models reported, by their own ledger."""
        usage = self.models.usage()
        return Counts(**{name: getattr(usage, name) for name in Counts.__struct_fields__})

    def close(self) -> None:
        with ended_by(self.end_launchers, self.models.ends):
            super().close()

    def end_launchers(self) -> None:
        for launcher in self.launchers:
            launcher.kill()
            launcher.wait()


@contextmanager
def coding_world(scenario: str, *pace: str, more: str = "", **limits: float) -> Iterator[CodingWorld]:
    """Have a world, with `more` in its nab.toml; its folder is short enough for a socket's path."""
    folder = Path(tempfile.mkdtemp(prefix="nab"))
    made = CodingWorld(folder, scenario, *pace, more=more, **limits)
    with ended_by(made.close, lambda: removal.remove(AgentFolder(folder))):
        shared.lend_proofs(made.bench)
        yield made
        shared.take_proofs(made.bench)
