from pathlib import Path
from types import SimpleNamespace

import pytest
from docker.errors import APIError

from nab.actions.boxes import client_check
from nab.config import Limits
from nab.core.errors import NabError
from nab.core.recording.calls.client_coverage import Client, Coverage
from nab.core.recording.calls.client_proofs import Subject
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


CURL = Client(client="curl")


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

    said = client_check.prove(bench, "run-1", ORDER, lambda: None)

    assert said == "clients were not checked: out of order"
    assert files.read_json(bench.run("run-1").clients, Coverage).failed == "out of order"
    assert client_check.show(bench, "run-1") == said
    assert client_check.all_kept(bench) == []


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


SUBJECT = Subject(image="sha256:a", proxy="sha256:b", engine="e", recipe="r")


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """A bench on which every check is counted and finds what the test says."""
    made = bench_on(tmp_path)
    made.__dict__["engine"] = BrokenEngine()
    made.__dict__["found"], made.__dict__["tried"] = Coverage(clients=(CURL,)), []
    monkeypatch.setattr(client_check, "subject_of", lambda bench, order: SUBJECT)

    def look(client, order, owner):
        made.tried.append(order.name)
        return made.found

    monkeypatch.setattr(client_check, "look", look)
    return made


def test_what_was_proved_once_is_not_tried_again(bench):
    client_check.prove(bench, "run-1", ORDER, lambda: None)
    said = client_check.prove(bench, "run-2", ORDER, lambda: None)

    assert len(bench.tried) == 1
    assert said.endswith("in run-1") and client_check.show(bench, "run-2") == said
    (proof,) = client_check.all_kept(bench)
    assert (proof.subject, proof.run) == (SUBJECT, "run-1")


def test_a_proof_is_looked_for_before_the_proxy_is_waited_for_and_nothing_is_tried_before_it_is_ready(bench):
    seen = []
    client_check.prove(bench, "run-1", ORDER, lambda: seen.append(len(bench.tried)))
    client_check.prove(bench, "run-2", ORDER, lambda: seen.append(bench.run("run-2").clients.exists()))

    assert seen == [0, True]


def test_a_failure_is_tried_again_by_the_next_run(bench):
    bench.__dict__["found"] = Coverage(clients=(Client(client="curl", with_proxy="no"),))
    client_check.prove(bench, "run-1", ORDER, lambda: None)
    client_check.prove(bench, "run-2", ORDER, lambda: None)

    assert len(bench.tried) == 2
    assert client_check.all_kept(bench) == []


@pytest.mark.parametrize("harm", ["removed", "damaged", "of something else"])
def test_a_proof_that_was_thrown_away_or_cannot_be_read_is_none(bench, harm):
    client_check.prove(bench, "run-1", ORDER, lambda: None)
    file = bench.paths.client_proof(SUBJECT.name)
    if harm == "removed":
        file.unlink()
    else:
        file.write_text("{" if harm == "damaged" else file.read_text().replace("sha256:a", "sha256:z"))

    client_check.prove(bench, "run-2", ORDER, lambda: None)

    assert len(bench.tried) == 2
    assert [one.run for one in client_check.all_kept(bench)] == ["run-2"]


def test_without_room_for_a_proof_the_run_goes_on(bench):
    bench.paths.root.mkdir(parents=True, exist_ok=True)
    bench.paths.proofs.write_text("in the way")

    assert client_check.prove(bench, "run-1", ORDER, lambda: None).endswith("all trust the proxy")
