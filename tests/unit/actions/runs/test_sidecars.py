from types import SimpleNamespace

import pytest

from nab.actions.runs import sidecars
from nab.actions.runs.sidecars import Witnesses
from nab.core.facts import GapSeen
from nab.edges import clock, process
from nab.edges.files import locks
from nab.edges.kernel import cpu_times
from support.repository.benches import bench_on

RUN = SimpleNamespace(name="2026-05-16T130207Z-test-l3", entrant="test-l3", started_at="2026-05-16T13:02:09Z")
DUTY = "git-watcher"


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine on which a sidecar computes as fast as the test says; `started` counts them."""
    now = SimpleNamespace(seconds=100.0, computed=0.0, started=0)

    def start(*_, **__):
        now.started += 1
        return 4711

    monkeypatch.setattr(process, "start_detached", start)
    monkeypatch.setattr(cpu_times, "of_tree", lambda _pid: now.computed)
    monkeypatch.setattr(clock, "monotonic", lambda: now.seconds)
    monkeypatch.setattr(Witnesses, "box_runs", lambda _: True)
    now.bench = bench_on(tmp_path, "")
    now.witnesses = Witnesses(now.bench, RUN)
    now.witnesses.start_sidecar(DUTY)
    return now


def looks(machine, times, computes):
    """Look again and again, after ten seconds in which the sidecar computed for so long."""
    for _ in range(times):
        machine.seconds += sidecars.GRACE_SECONDS
        machine.computed += computes
        machine.witnesses.look_at_sidecar(DUTY)


def gaps(machine):
    return [event.fact for event in machine.bench.log.events() if isinstance(event.fact, GapSeen)]


def test_a_sidecar_that_comes_slowly_to_its_lock_is_no_gap(machine):
    looks(machine, 12, computes=0.2)

    assert (machine.started, gaps(machine)) == (1, [])


def test_a_sidecar_that_does_nothing_before_its_lock_is_started_again(machine):
    looks(machine, 1, computes=0.2)
    looks(machine, 1, computes=0)

    assert machine.started == 2
    assert [gap.witness for gap in gaps(machine)] == [DUTY]


def test_a_sidecar_that_had_its_lock_is_missed_at_the_next_look(machine):
    with locks.held(machine.bench.run(RUN.name).lock(DUTY), what="it"):
        looks(machine, 1, computes=5)
    looks(machine, 1, computes=5)

    assert machine.started == 2
    assert [gap.witness for gap in gaps(machine)] == [DUTY]
