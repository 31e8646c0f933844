import threading
from dataclasses import replace
from pathlib import Path

import pytest
from docker.errors import APIError

from nab.actions.boxes import canary
from nab.actions.boxes.canary import Canary
from nab.config import Limits
from nab.core.facts import CanarySeen
from nab.core.runs.runs import runs
from nab.edges.docker import agent_box, engine, trust
from nab.paths import AgentFolder
from support.worlds.following import RUN, Following

ORDER = agent_box.AgentBox(
    name="nab-slot-gpu0",
    image="nab/agent-x",
    command=("work",),
    network="nab-net-x",
    workspace=AgentFolder(Path("/state/workspace")),
    control=Path("/state/control"),
    trusted=trust.Trust(Path("/state/trust")),
    limits=Limits(gpu=True, cpus=4, memory_gib=64),
    labels={"nab.run": "x", "nab.role": "agent", "nab.state": "/state"},
    environment={"HTTPS_PROXY": "http://proxy:3128"},
    scratch=AgentFolder(Path("/state/disk")),
)


class BrokenEngine:
    """An engine that fails whatever it is asked."""

    def __getattr__(self, _name):
        raise APIError("out of order")


@pytest.fixture
def following(tmp_path, monkeypatch):
    """A run that was just started, on an engine that is out of order."""
    monkeypatch.setattr(engine, "connect", BrokenEngine)
    monkeypatch.setattr(canary, "AFTER_SECONDS", 0.0)
    return Following(tmp_path)


def the_run(following):
    return runs(following.bench.log.events())[RUN]


def test_its_box_is_the_agents_without_its_folders_its_gpus_and_its_labels_and_smaller():
    agents, ours = agent_box.options(ORDER), canary.options(ORDER, "/state", "x", "print()", "a-mark")

    for same in ("image", "environment", "network", "volumes", "cap_drop", "dns"):
        assert ours[same] == agents[same]
    assert ours["labels"] == {"nab.canary.state": "/state", "nab.canary.run": "x"}
    assert (ours["mounts"], "device_requests" in ours) == ([], False)
    assert ours["mem_limit"] == 1 << 30 and ours["cpu_shares"] < 1024
    assert ours["command"] == ["python3", "-c", "print()", "a-mark"]


def test_one_that_cannot_be_made_is_on_record_with_the_reason_once_a_session(following):
    for _ in range(2):
        canary.send(following.bench, RUN, "work-1", threading.Event())

    (fact,) = following.facts("canary.seen")
    assert (fact.session, fact.failed, fact.channels) == (
        "work-1",
        "the Docker engine failed us: out of order",
        {},
    )
    assert the_run(following).canary == fact


def test_one_whose_box_ended_first_is_cut_and_no_verdict(following):
    sent = Canary(following.bench, the_run(following), is_new=True)
    sent.over.set()
    sent.begin("work-1")
    sent.end()

    assert following.facts("canary.seen") == [CanarySeen(session="work-1", mark="", cut=True)]
    assert the_run(following).canary is None


def test_whoever_takes_a_run_over_sends_none_beside_a_session_that_had_one(following):
    run = replace(the_run(following), canary=CanarySeen(session="work-1", mark="m", failed="no room"))
    sent = Canary(following.bench, run, is_new=True)
    sent.begin("work-1")

    assert sent.threads == {}
    sent.begin("work-2")
    sent.end()
    assert [fact.session for fact in following.facts("canary.seen")] == ["work-2"]


def test_whoever_adopts_a_run_cares_for_it_first_and_one_that_was_not_sent_yet_holds_no_end_up(following):
    sent = Canary(following.bench, the_run(following), is_new=False)
    sent.begin("work-1")
    sent.end()

    assert [(fact.session, fact.cut) for fact in following.facts("canary.seen")] == [("work-1", True)]


def test_an_engine_that_fails_at_the_end_of_a_run_holds_nobody_up(following, monkeypatch):
    monkeypatch.setattr(canary, "AT_ITS_END_SECONDS", 0.01)
    monkeypatch.setattr(canary, "SOON_SECONDS", 0.01)
    monkeypatch.setattr(canary, "send", lambda *_: done.wait(60))
    following.bench.__dict__["engine"], done = BrokenEngine(), threading.Event()
    sent = Canary(following.bench, the_run(following), is_new=True)
    sent.begin("work-1")
    sent.end()
    done.set()

    assert sent.over.is_set() and following.facts("canary.seen") == []


def test_one_that_outlasts_its_session_is_not_cut_short_by_the_next_ones(following, monkeypatch):
    under_way, done, together = [], threading.Event(), []

    def send(_bench, _run, session, _over):
        under_way.append(session)
        together.append(tuple(under_way))
        done.wait(60)
        under_way.remove(session)

    monkeypatch.setattr(canary, "send", send)
    sent = Canary(following.bench, the_run(following), is_new=True)
    sent.begin("work-1")
    while not under_way:
        pass
    sent.begin("work-2")
    sent.threads["work-2"].join(0.2)
    done.set()
    sent.end()

    assert together == [("work-1",), ("work-2",)]


def test_a_session_whose_start_is_ordered_is_told_to_whoever_sends_them(following):
    told = []
    following.looking.began = told.append
    following.looking.look()

    assert told == ["work-1"] and following.order["do"] == "start"
