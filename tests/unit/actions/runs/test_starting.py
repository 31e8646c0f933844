from dataclasses import replace

import pytest
from msgspec import structs

from nab.actions.runs import starting
from nab.core.levels import Level
from nab.core.runs.runs import Run
from nab.core.text import times
from nab.edges.docker.boxes import Box
from support.records.logs import NOON, RUN, WHO, intended
from support.repository.benches import bench_on

READY, STARTED, TRIED, HISTORY, SHOWN, WORKS = (
    "the proxy is ready",
    "the box runs",
    "the clients are proved",
    "the history begins",
    "it is published",
    "it may work",
)
CODING = Run(RUN, WHO, structs.replace(intended(level=Level.L4), llm="a-model"), times.text(NOON))
CONTROL = replace(CODING, intended=intended(level=Level.L3))
AGAIN = replace(CODING, started_at=times.text(NOON))
MADE = Box("id", "slot", "created", {}, None, "", "", 0)
RUNS = replace(MADE, status="running", started_at=times.text(NOON))


@pytest.fixture
def steps(tmp_path, monkeypatch):
    """What was done, in its order, when a run's box is brought up that is there as given."""
    done = []

    def bring_up(run, box, *, working=False):
        bench = bench_on(tmp_path)
        bench.__dict__["engine"] = None
        monkeypatch.setattr(starting, "made", lambda bench, run: box)
        monkeypatch.setattr(starting.git_watcher, "look", lambda bench, run: done.append(HISTORY))
        monkeypatch.setattr(
            starting.agent_box,
            "check_clients",
            lambda bench, run, ready: ready() or done.append(TRIED) or "the clients",
        )
        monkeypatch.setattr(starting.derived, "publish", lambda bench: done.append(SHOWN))
        monkeypatch.setattr(starting.agent_box, "may_work", lambda bench, run: working)
        monkeypatch.setattr(starting.agent_box, "let_work", lambda bench, run: done.append(WORKS))
        monkeypatch.setattr(starting.boxes, "start", lambda engine, box: done.append(STARTED) or RUNS)
        assert starting.started(bench, run, lambda: done.append(READY)).running
        return done

    return bring_up


@pytest.mark.parametrize("run", [CODING, CONTROL], ids=["waits for an order", "waits until it may work"])
def test_a_box_starts_beside_its_proxy_and_works_when_that_is_ready_and_its_clients_are_proved(steps, run):
    assert steps(run, MADE) == [HISTORY, STARTED, SHOWN, READY, TRIED, WORKS]


def test_one_that_starts_again_may_have_an_order_and_waits_for_the_proxy(steps):
    assert steps(AGAIN, MADE) == [SHOWN, READY, WORKS, STARTED]


@pytest.mark.parametrize("run", [CODING, CONTROL], ids=["coding agent", "control"])
def test_a_box_that_was_started_by_somebody_who_was_killed_is_not_started_again(steps, run):
    assert steps(run, RUNS) == [HISTORY, SHOWN, READY, TRIED, WORKS]


def test_nothing_is_tried_beside_a_control_that_works_already(steps):
    assert steps(CONTROL, RUNS, working=True) == [READY]
