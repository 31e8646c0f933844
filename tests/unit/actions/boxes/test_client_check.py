from pathlib import Path
from types import SimpleNamespace

import pytest
from docker.errors import APIError

from nab.actions.boxes import client_check
from nab.config import Limits
from nab.core.errors import NabError
from nab.core.recording.calls.client_coverage import Coverage
from nab.edges.docker import agent_box, boxes, trust
from nab.edges.files import files
from nab.edges.host import sd_notify
from nab.edges.kernel import cpu_times
from nab.paths import AgentFolder
from support.repository.benches import bench_on

ORDER = agent_box.AgentBox(
    name="nab-slot-gpu0",
    image="nab/agent-x",
    command=("work",),
    network="nab-net-x",
    workspace=AgentFolder(Path("/state/workspace")),
    control=Path("/state/control"),
    trusted=trust.Trust(Path("/state/trust")),
    limits=Limits(gpu=True),
    labels={"nab.run": "x", "nab.role": "agent"},
    environment={"HTTPS_PROXY": "http://proxy:3128"},
)


class BrokenEngine:
    """An engine that fails whatever it is asked."""

    def __getattr__(self, _name):
        raise APIError("out of order")


def test_the_check_runs_in_the_agents_shape_without_its_workspace_gpus_and_labels():
    agents, checks = agent_box.options(ORDER), client_check.options(ORDER, "/state")

    assert checks["environment"] == agents["environment"]
    assert checks["network"] == agents["network"] and checks["cap_drop"] == ["ALL"]
    assert checks["volumes"] == agents["volumes"]
    assert [mount["Source"] for mount in agents["mounts"]] == ["/state/workspace"] and not checks["mounts"]
    assert not checks["read_only"]
    assert "device_requests" not in checks
    assert checks["labels"] == {client_check.CHECKED: "/state"}


def test_an_engine_that_fails_is_a_value_on_record_and_no_error(tmp_path):
    bench = bench_on(tmp_path)
    bench.__dict__["engine"] = BrokenEngine()

    said = client_check.check(bench, "run-1", ORDER)

    assert said == "clients were not checked: out of order"
    assert files.read_json(bench.run("run-1").clients, Coverage).failed == "out of order"
    assert client_check.show(bench, "run-1") == said


def test_a_run_that_was_never_checked_has_no_table(tmp_path):
    with pytest.raises(NabError, match="no clients were checked for 'run-1'"):
        client_check.show(bench_on(tmp_path), "run-1")


def test_a_service_whose_clients_are_slow_shows_signs_of_life(monkeypatch):
    looks, told = iter([False, False, True]), []
    monkeypatch.setattr(boxes, "ended_within", lambda *_: next(looks))
    monkeypatch.setattr(cpu_times, "of_tree", lambda _: 0.0)
    monkeypatch.setattr(sd_notify, "alive", told.append)

    assert client_check.bring_to_its_end(None, SimpleNamespace(id="c1", pid=7))

    assert told == ["trying the clients of its image"] * 2
