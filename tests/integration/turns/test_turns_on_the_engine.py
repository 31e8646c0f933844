"""Turns with real boxes: paused, named and let go on by the engine, whatever dies in between."""

import threading
import uuid
from contextlib import suppress
from datetime import timedelta

import pytest
from msgspec import structs

from nab.actions.turns import scheduler
from nab.core.errors import BUSY, NabError
from nab.core.facts import (
    Cause,
    Intervened,
    RunCreated,
    RunEnded,
    RunEnding,
    RunStarted,
    TurnBegan,
    TurnEnded,
)
from nab.core.levels import Level
from nab.core.text import times
from nab.core.text.names import waiting_name
from nab.core.windows.rounds import Round
from nab.core.windows.window import Window
from nab.edges import clock
from nab.edges.docker import boxes, slots
from nab.edges.docker.agent_box import labels
from support.engines.engines import engine_or_skip, image_or_skip
from support.records.logs import intended
from support.repository.benches import bench_on


class Crash(BaseException):
    """The process dies here."""


class Machine:
    """A bench whose runs are boxes that sleep, with the time told by the test."""

    def __init__(self, folder, monkeypatch):
        self.slot = f"t{uuid.uuid4().hex[:8]}"
        self.bench = bench_on(folder, f'[limits]\nslot = "{self.slot}"\n')
        self.name = scheduler.slot_name(self.bench.config)
        self.engine = engine_or_skip()
        self.offset = 0.0
        real, awake = clock.now, clock.monotonic
        monkeypatch.setattr(clock, "now", lambda: real() + timedelta(seconds=self.offset))
        monkeypatch.setattr(clock, "monotonic", lambda: awake() + self.offset)
        self.bench.log._now = clock.now

    def run(self, entrant, level=Level.L4, started=True):
        """Make a run with a box; a started one is paused and waits for its turn."""
        run = f"{self.slot}-{entrant}"
        made = structs.replace(intended(entrant, level), slot=self.name)
        self.bench.log.append(made, entrant=entrant, run=run)
        box = boxes.create(self.engine, {
            "image": image_or_skip("nab/base"), "command": ["sleep", "infinity"], "init": True,
            "name": waiting_name(run),
            "labels": labels(self.bench.paths.root, run, entrant, boxes.AGENT), "network_mode": "none",
        })  # fmt: skip
        self.bench.log.append(RunCreated(container=box.id), entrant=entrant, run=run)
        if started:
            self.start(run, entrant)
            slots.pause(self.engine, box.id)
        return run

    def start(self, run, entrant):
        box = boxes.start(self.engine, self.bench.agent_box(run).id)
        self.bench.log.append(RunStarted(started_at=times.text(clock.now())), entrant=entrant, run=run)
        return box

    def state(self):
        return {box.run: (box.status, box.name == self.name) for box in self.bench.find_boxes()}

    def take(self, window=Window.CLOSED, current=None):
        with self.bench.deciding():
            return scheduler.take_turns(self.bench, self.name, scheduler.opening(window, current))

    def settle(self):
        """Look as often as it takes for a turn to pass on: told, and a minute later paused."""
        self.take()
        self.offset += 61
        return self.take()

    def facts(self, kind):
        return [event.fact for event in self.bench.log.events() if isinstance(event.fact, kind)]

    def close(self):
        for box in self.bench.find_boxes():
            boxes.remove(self.engine, box.id)


AWAKE, ASLEEP = ("running", True), ("paused", False)


@pytest.fixture
def machine(tmp_path, monkeypatch):
    made = Machine(tmp_path, monkeypatch)
    yield made
    made.close()


def test_the_slot_goes_round_and_only_its_holder_is_awake(machine):
    runs = [machine.run(f"agent{number}-l4") for number in range(3)]
    held = []
    for _ in range(3):
        holder = machine.settle().holder
        held.append(holder)
        assert machine.state() == {run: AWAKE if run == holder else ASLEEP for run in runs}
        machine.offset += 3700

    assert set(held) == set(runs), "each had one of the first three turns"


def test_an_agent_is_told_a_minute_before_it_is_paused(machine):
    first, second = machine.run("one-l4"), machine.run("two-l4")
    holder = machine.take().holder
    machine.offset += 3590
    machine.take()

    told = (machine.bench.run(holder).control / "yield").read_text()
    assert "all that runs in this box is paused then" in told
    assert [fact.what for fact in machine.facts(Intervened)] == ["yield"]
    assert machine.state()[holder] == AWAKE
    machine.offset += 61
    assert machine.take().holder == ({first, second} - {holder}).pop()
    assert machine.state()[holder] == ASLEEP
    machine.offset += 3700
    assert machine.settle().holder == holder
    assert not (machine.bench.run(holder).control / "yield").exists()


def test_looking_again_changes_nothing(machine):
    machine.run("one-l4"), machine.run("two-l4")
    machine.settle()
    before, log = machine.state(), machine.bench.log.last_seq
    machine.take()

    assert (machine.state(), machine.bench.log.last_seq) == (before, log)


CHANGE = ("End", "Pause", "Name", "Name", "Wake", "Begin")


@pytest.mark.parametrize("last", range(len(CHANGE) + 1))
def test_whoever_looks_next_puts_right_what_a_death_between_two_steps_left(machine, monkeypatch, last):
    runs = {machine.run("one-l4"), machine.run("two-l4")}
    before = machine.take().holder
    machine.offset += 3590
    machine.take()  # told
    machine.offset += 61
    taken, real = [], scheduler.take

    def dies(table, one):
        if len(taken) == last:
            raise Crash
        taken.append(type(one).__name__)
        real(table, one)

    with monkeypatch.context() as patched:
        patched.setattr(scheduler, "take", dies)
        with suppress(Crash):
            machine.take()
    assert tuple(taken) == CHANGE[:last]
    machine.take()

    after = (runs - {before}).pop()
    assert machine.state() == {before: ASLEEP, after: AWAKE}
    began = [event.run for event in machine.bench.log.events() if isinstance(event.fact, TurnBegan)]
    assert began.count(after) == 1
    machine.take()
    assert machine.state() == {before: ASLEEP, after: AWAKE}


def test_of_two_that_change_the_turn_at_once_one_does_it(machine):
    runs = [machine.run(f"agent{number}-l4") for number in range(4)]
    machine.take()
    machine.offset += 3590
    machine.take()
    machine.offset += 61
    racers = [threading.Thread(target=machine.take) for _ in range(4)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    assert sorted(machine.state().values()) == sorted([AWAKE, *[ASLEEP] * (len(runs) - 1)])
    assert len([fact for fact in machine.facts(TurnEnded) if fact.because != "its box was found paused"]) == 1


def test_even_without_the_lock_the_slot_has_one_holder(machine):
    """The engine's names hold where a lock was taken away: eight that decide otherwise all want the slot."""
    runs = [machine.run(f"agent{number}-l4") for number in range(6)]
    ids = [machine.bench.agent_box(run).id for run in runs]
    won, lost = [], []

    def want(box):
        try:
            slots.name(machine.engine, box, machine.name)
            won.append(box)
        except NabError as error:
            assert error.exit_code == BUSY
            lost.append(box)

    racers = [threading.Thread(target=want, args=(box,)) for box in ids]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    assert (len(won), len(lost)) == (1, 5)
    holder = machine.take().holder
    assert machine.state() == {run: AWAKE if run == holder else ASLEEP for run in runs}


def test_in_a_window_all_are_awake_and_after_it_one_is(machine):
    runs = [machine.run(f"agent{number}-l4") for number in range(3)]
    holder = machine.take().holder
    current = Round(1, clock.now() - timedelta(minutes=1), clock.now() + timedelta(minutes=58))
    machine.take(Window.OPEN, current)

    assert machine.state() == {run: ("running", run == holder) for run in runs}
    machine.offset += 54 * 60
    machine.take(Window.OPEN, current)
    assert machine.state() == {run: AWAKE if run == holder else ASLEEP for run in runs}
    assert sorted(
        fact.beside for fact in machine.facts(TurnEnded) if fact.because != "its box was found paused"
    ) == [
        True,
        True,
    ]


def test_a_run_of_its_own_gets_the_slot_free_and_everybody_asleep(machine):
    machine.run("one-l4")
    machine.take()
    alone = machine.run("alone-l3", Level.L3, started=False)
    machine.offset += 3590
    machine.take()
    machine.offset += 61
    decision = machine.take()

    assert decision.holder == alone
    assert machine.state()[alone] == ("created", True), "it is for the launcher to start"
    machine.start(alone, "alone-l3")
    machine.offset += 20 * 3600
    assert machine.take().holder == alone
    assert sorted(machine.state().values()) == [ASLEEP, AWAKE]


def test_a_box_that_was_paused_by_hand_goes_on_and_the_time_until_it_was_seen_is_closed(machine):
    run = machine.run("one-l4")
    machine.take()
    slots.pause(machine.engine, machine.bench.agent_box(run).id)
    machine.take()

    assert machine.state() == {run: AWAKE}
    assert [fact.because for fact in machine.facts(TurnEnded)][-1] == "its box was found paused"


def test_a_box_that_ended_is_nobodys_turn(machine):
    one, two = machine.run("one-l4"), machine.run("two-l4")
    holder = machine.take().holder
    other = ({one, two} - {holder}).pop()
    boxes.stop(machine.engine, machine.bench.agent_box(holder).id, 0)
    with pytest.raises(NabError, match="is taken"):
        machine.take()
    assert machine.state()[other] == ASLEEP, "nobody goes on without the slot"
    slots.name(machine.engine, machine.bench.agent_box(holder).id, f"nab-done-{holder}")
    ended = RunEnded(ending=RunEnding.FAILED, cause=Cause.AGENT, reason="x")
    machine.bench.log.append(ended, entrant="one-l4", run=holder)

    assert machine.take().holder == other
    assert machine.state()[other] == AWAKE
    assert [fact.because for fact in machine.facts(TurnEnded)][-1] == "the run ended"
