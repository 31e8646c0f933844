"""The guide to adding an agent, followed line by line in a copy of this repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from nab import agents
from nab.core.agents import adapters
from nab.core.agents.own_providers import Told
from nab.edges.docker import image_tags
from support.engines import engines
from support.repository import checkouts, guides
from support.repository.benches import REPOSITORY
from support.repository.checkouts import PAGE
from support.servers.scripted_models import Server

GUIDE = (REPOSITORY / "docs" / PAGE).read_text(encoding="utf-8")


@pytest.fixture
def checkout():
    with checkouts.checkout() as made:
        yield made


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("agent", "version"), [("shelly", ""), ("pi", "0.73.1")])
def test_from_an_empty_folder_to_a_verified_submission_without_a_key(checkout, agent, version):
    try:
        checkout.follow(agent)
    finally:
        image_tags.forget(engines.engine_or_skip(), f"nab/agent-{agent}")

    (row,) = [row for row in checkout.bench.standings().rows if row.resolved]
    assert (row.entrant, row.outcome.words) == (f"{agent}-l3", "verified on-time")
    (session,) = checkout.run.ended_sessions
    assert session.ending == "done"
    assert (session.calls >= 5) is (agent == "shelly")
    told = json.loads(checkout.paths.record.read_text())["made_of"]["program"]
    assert told["package"] == ("shelly" if agent == "shelly" else "@mariozechner/pi-coding-agent")
    assert told["integrity"].startswith("sha256:" if agent == "shelly" else "sha512-")
    assert told["version"] == (version or told["integrity"][7:19])
    ledger = (checkout.folder / "state/demo/models/ledger.jsonl").read_text().splitlines()
    spent = [json.loads(line)["usage"] for line in ledger]
    counted = checkout.counted()
    for name in ("input", "cache_read", "cache_write", "output", "reasoning"):
        assert getattr(counted, name) == sum(one[name] for one in spent), name
    assert checkout.cut() == 0


def test_the_agent_of_25_lines_works_with_a_server_of_chat_completions(tmp_path):
    guides.write_files(PAGE, tmp_path, "images/agents/shelly/")
    program = tmp_path / "images/agents/shelly/shelly.py"
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    server = Server(tmp_path / "state", "--scenario", "basic")
    try:
        done = subprocess.run(
            [sys.executable, str(program), "a-model", "Make a submit.sh that works."],
            cwd=workspace, capture_output=True, text=True, check=False, timeout=120,
            env={**os.environ, "MODEL_KEY": "none", "MODEL_URL": f"{server.url}/v1"},
        )  # fmt: skip
    finally:
        said = server.ends()

    assert done.returncode == 0, done.stderr
    assert len(program.read_text().splitlines()) - program.read_text().count("\n\n") <= 27
    lines = [json.loads(line)["type"] for line in done.stdout.splitlines()]
    assert (lines.count("call"), lines.count("result"), lines[-1]) == (3, 3, "done")
    assert (workspace / "submit.sh").exists()
    assert "takes a command" not in said


def test_the_guide_explains_every_key_of_agent_toml():
    top = set(agents.Recipe.__struct_fields__) - {"install", "cli", "providers"}
    install = {f"install.{name}" for name in adapters.Install.__struct_fields__}
    cli = {f"cli.{name}" for name in adapters.Adapter.__struct_fields__}

    for key in top | install | cli | set(Told.__struct_fields__) | {"providers.<name>"}:
        assert f"`{key}`" in GUIDE, key
