"""What the prompt of L1 says step by step leads to a submission: its snippets are run in order, as they stand."""

from __future__ import annotations

import json
import re

import numerapi
import pytest

from nab import prompts
from nab.core.levels import Level
from nab.prompts import TaskFacts
from support.engines import engines
from support.servers.local_tournaments import Server, fresh_round

MODEL = "nab_baseline_l3"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# The box of this test has no proxy that would answer for Numerai.
REDIRECTION = "import numerapi.base_api\nnumerapi.base_api.API_TOURNAMENT_URL = {url!r}\n"
PACE = ("--rounds-every", "300", "--window", "280", "--size", "tiny")


def snippets(metric):
    """Return language, file name and text of every block of the prompt."""
    facts = TaskFacts(metric=metric, model=MODEL, active_hours=24, submit_minutes=30, memory_gib=8)
    return BLOCK.findall(prompts.prompt(Level.L1, facts).text)


@pytest.fixture
def server(tmp_path):
    running = Server(tmp_path / "state", *PACE)
    yield running
    running.ends()


@pytest.fixture
def box(tmp_path, server, monkeypatch):
    """A box of the coding agents, in which `bash` runs a snippet."""
    client = engines.engine_or_skip()
    engines.image_or_skip("nab/node")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(REDIRECTION.format(url=server.url))
    key = json.loads((server.folder / "key.json").read_text())
    model = server.client(monkeypatch).get_models()[MODEL]
    started = client.containers.run(
        "nab/node",
        ["sleep", "infinity"],
        detach=True,
        init=True,
        network_mode="host",
        labels={"nab.test": "guided"},
        volumes={str(tmp_path / "site"): {"bind": "/site", "mode": "ro"}},
        environment={
            "PYTHONPATH": "/site",
            "OMP_NUM_THREADS": "1",  # as many as cores would wait for each other on a busy machine
            "NUMERAI_PUBLIC_ID": key["public_id"],
            "NUMERAI_SECRET_KEY": key["secret_key"],
            "NUMERAI_MODEL_ID": model,
        },
    )
    yield started
    started.remove(force=True)


def test_its_snippets_end_in_a_submission(box, server, monkeypatch):
    number = fresh_round(server, 150)
    said = []

    for language, name, text in snippets("mmc20"):
        assert name or language == "bash"
        command = 'printf %s "$TEXT" >"$NAME"' if name else text
        ended = box.exec_run(["bash", "-ec", command], environment={"TEXT": text, "NAME": name})
        said += [] if name else [ended.output.decode()]
        assert ended.exit_code == 0, ended.output.decode()

    assert f"round {number}" in said[0]
    assert "kept the model" in said[2]
    assert "submission " in said[-1], said[-1]
    api: numerapi.NumerAPI = server.client(monkeypatch)
    assert len(api.submission_ids(api.get_models()[MODEL])) == 1
    assert box.exec_run(["test", "-x", "/workspace/submit.sh"]).exit_code == 0
