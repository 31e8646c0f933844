"""The guide to adding an agent, followed line by line in a copy of this repository's images."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from nab import agents
from nab.actions.boxes import images
from nab.actions.boxes.images import Image
from nab.actions.prompts import task
from nab.core.agents import adapters
from nab.core.agents.adapters import Start
from nab.core.text.names import Choice
from nab.edges.docker import cli_packages, image_builds, image_tags
from support.engines import engines
from support.repository.benches import REPOSITORY, config_on

GUIDE = REPOSITORY / "docs" / "adding-an-agent.md"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WITHOUT_A_KEY = "nobody has given a key"


@pytest.fixture
def followed(tmp_path):
    """A copy of the images with every file of the guide in it, its lock made by the guide's own command."""
    engines.image_or_skip("nab/node")
    shutil.copytree(REPOSITORY / "images", tmp_path / "images")
    for language, name, text in BLOCK.findall(GUIDE.read_text(encoding="utf-8")):
        if name:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        elif "docker run" in text:
            assert language == "bash"
            subprocess.run(["bash", "-ec", text], cwd=tmp_path, check=True, capture_output=True)
    return tmp_path


@pytest.fixture
def engine(followed):
    client = engines.engine_or_skip()
    yield client
    image_tags.forget(client, "nab/agent-pi")


def config_of(folder: Path):
    """Return the guide's nab.toml, with the copied images."""
    loaded = config_on(folder, (folder / "nab.toml").read_text(encoding="utf-8"))
    return type(loaded)(settings=loaded.settings, file=loaded.file, repository=folder, paths=loaded.paths)


@pytest.mark.soak
def test_the_guide_ends_in_an_agent_that_can_be_asked_and_run(followed, engine):
    config = config_of(followed)
    spec = agents.find(config.images, "pi")
    parent = Image("nab/node", image_builds.image_digest(engine, "nab/node").id, built=False)
    (config.paths.root / "builds").mkdir(parents=True)

    images.make(config, engine, images.agent_recipe(config, spec, parent))
    asked = task.prompt(config, Choice("pi", "L3"))

    assert cli_packages.installed(engine, spec.image) == cli_packages.wanted(spec.folder, spec.install)
    assert "nab_pi_l3" in asked.text
    words = adapters.first(spec.cli, Start(prompt=asked.text, model=spec.cli.model, session=""))
    said = engine.containers.run(
        spec.image,
        ["sh", "-c", f'"$@" </dev/null || echo "{WITHOUT_A_KEY}"', "sh", *words],
        remove=True,
        network_mode="none",
        stderr=True,
    )
    assert WITHOUT_A_KEY in said.decode()
    assert "NAB:DONE" not in said.decode()


def test_the_guide_explains_every_key_of_agent_toml():
    text = GUIDE.read_text(encoding="utf-8")
    top = set(agents.Recipe.__struct_fields__) - {"install", "cli"}
    install = {f"install.{name}" for name in adapters.Install.__struct_fields__}
    cli = {f"cli.{name}" for name in adapters.Adapter.__struct_fields__}

    for key in top | install | cli:
        assert f"`{key}`" in text, key
