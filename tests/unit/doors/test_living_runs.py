"""A light door says what the slow way says while runs go on, to the byte."""

import json
from datetime import timedelta

import pytest
from msgspec import structs

from nab.actions.log import derived
from nab.actions.recording.processes import state
from nab.actions.recording.processes.state import ProcessState
from nab.core.facts import (
    BoxEnded,
    Cause,
    Poll,
    RunCreated,
    RunStarted,
    RunStarting,
    SessionEnded,
    SessionEnding,
    SessionStarted,
    TurnBegan,
    TurnEnded,
)
from nab.core.levels import Level
from nab.core.recording.processes.ledger import KnownProcess, ProcessLedger
from nab.core.recording.processes.processes import Process
from nab.core.text import times
from nab.edges import clock
from nab.edges.files import locks
from support.records.logs import RUN, WHO, intended
from support.repository.benches import bench_on
from support.repository.doors import both, lives

OTHER, OTHERS = "2026-05-16T090000Z-claude-l4", "claude-l4"
SLOT = "nab-slot-gpu0"
WAYS = (("status",), ("status", "--json"), ("next_turn",), ("next_turn", "--json"))


def ago(minutes):
    return times.text(clock.now() - timedelta(minutes=minutes))


class Living:
    """A bench on which runs go on."""

    def __init__(self, folder):
        self.bench = bench_on(folder)
        self.paths = self.bench.run(RUN)
        self.boxes = []

    def tell(self, *facts, run=RUN, entrant=WHO):
        for fact in facts:
            self.bench.log.append(fact, entrant=entrant, run=run)

    def has(self, run, status, name=SLOT):
        self.boxes.append(lives(self.bench, run, status, name))

    def starts(self, level=Level.L4, run=RUN, entrant=WHO):
        made = structs.replace(intended(level=level), llm="m", disk_bytes=1 << 30, disk_files=1000)
        self.tell(made, RunStarting(), RunCreated(container="c"), run=run, entrant=entrant)
        self.tell(RunStarted(started_at=ago(9.3)), run=run, entrant=entrant)

    def works(self, session="work-1"):
        """Have it call, print, change its workspace and fill its disk."""
        self.tell(SessionStarted(session=session, mode="first", conversation="c"))
        heads = self.paths.history / "refs" / "heads" / "main"
        printed = self.paths.outbox.own_path / session / "stdout"
        for file in (self.paths.http, heads, printed):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("x")
        sample = {"time": ago(1), "cpu_seconds": 1.0, "processes": 2, "disk_bytes": 1 << 30, "disk_files": 7}
        older = sample | {"disk_bytes": 3}
        lines = f'{json.dumps(older)}\n{json.dumps(sample)}\n{{"time"'
        self.paths.resources.with_name("resources.segment-000000000000200.jsonl").write_text(lines)
        self.paths.resources.write_text(f"{json.dumps(older)}\n")

    def leaves_something(self):
        process = Process(
            pid=20, start=20, began=ago(5), parent=1, inside=20, argv="python a.py", cpu_seconds=9
        )
        known = KnownProcess(process=process, first=ago(5), last=ago(1), session="work-1", left=ago(4))
        state.save(
            self.paths, ProcessState(ledger=ProcessLedger(boot="b", at=ago(1), known={"20-20": known}))
        )


@pytest.fixture
def living(tmp_path):
    return Living(tmp_path)


def at_work(living):
    living.starts()
    living.works()
    living.has(RUN, "running")
    return "work-1; its disk holds 1.0 GiB of 1.0 GiB", "minutes of its slice are left", RUN


def with_a_leftover(living):
    living.starts()
    living.works()
    living.leaves_something()
    living.has(RUN, "running")
    return "1 process left by work-1: python a.py", "", RUN


def alone_with_the_machine(living):
    living.starts(Level.L3)
    living.has(RUN, "running")
    return "9 of 60 minutes", "has the machine to itself until its run ends", RUN


def just_made(living):
    living.tell(intended(), RunStarting())
    return "starting", "codex-l3 waits, and no L4 agent does", RUN


def queued_behind_another(living):
    living.starts(Level.L3)
    living.has(RUN, "running")
    living.tell(intended(level=Level.L4), run=OTHER, entrant=OTHERS)
    return "waits for its turn since", "has the machine to itself", RUN


def in_turns(living):
    living.starts()
    living.works()
    living.starts(run=OTHER, entrant=OTHERS)
    ended = TurnEnded(because="its slice is over", active_seconds=60.0)
    living.tell(ended, run=OTHER, entrant=OTHERS)
    living.has(RUN, "running")
    living.has(OTHER, "paused", "nab-wait-other")
    return "paused until its turn (make next)", "minutes of its slice are left", RUN


def nobody_has_the_turn(living):
    living.starts()
    living.starts(run=OTHER, entrant=OTHERS)
    for run, who in ((RUN, WHO), (OTHER, OTHERS)):
        living.tell(TurnEnded(because="x", active_seconds=60.0), run=run, entrant=who)
        living.has(run, "paused", f"nab-wait-{who}")
    living.tell(TurnBegan(because="the window is open", beside=True))
    return "paused until its turn", "is the least served", RUN


def orphaned(living):
    living.starts()
    lost = BoxEnded(
        container="c",
        started_at=ago(9),
        cause=Cause.HARNESS,
        reason="the engine was stopped",
        again_at=ago(1),
    )
    living.tell(lost)
    return "the engine was stopped (harness); its box is started again from", "is the only one", RUN


def orphaned_and_not_yet_to_be_started(living):
    living.starts()
    lost = BoxEnded(
        container="c", started_at=ago(9), cause=Cause.AGENT, reason="out of memory", again_at=ago(-20)
    )
    living.tell(lost)
    return "out of memory (agent)", "nobody waits", None


def ending_again_and_again(living):
    living.starts()
    for nth in range(1, 5):
        living.tell(SessionStarted(session=f"work-{nth}", mode="first", conversation="c"))
        ended = SessionEnded(
            session=f"work-{nth}", ending=SessionEnding.CRASH, reason="it did", began=ago(8), ended=ago(7)
        )
        living.tell(ended)
    living.has(RUN, "running")
    return "work-4 ended: crash", "minutes of its slice", RUN


WORLDS = (
    at_work, with_a_leftover, alone_with_the_machine, just_made, queued_behind_another, in_turns,
    nobody_has_the_turn, orphaned, orphaned_and_not_yet_to_be_started, ending_again_and_again,
)  # fmt: skip


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.__name__)
def test_a_light_door_tells_of_runs_that_go_on_as_the_slow_way_does(living, engine, world):
    stands, because, holder = world(living)
    derived.publish(living.bench)
    living.bench.log.append(Poll(ok=True), entrant=WHO)  # nothing that changes a turn
    engine(*living.boxes)
    with locks.held(living.paths.lock("attend"), what="it"):
        told = {words: both(living.bench, *words) for words in WAYS}

    assert {words: light for words, (light, _) in told.items()} == {
        words: slow for words, (_, slow) in told.items()
    }
    assert stands in told[WAYS[0]][0]
    assert because in told[WAYS[2]][0]
    assert json.loads(told[WAYS[3]][0])["holder"] == holder
