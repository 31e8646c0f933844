"""What a decision about turns costs: folding a long log, then deciding, with a hundred entrants."""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime, timedelta

from nab.core.facts import Poll, RunIntended, RunStarted, TurnBegan, TurnEnded
from nab.core.levels import Level
from nab.core.log.events import FIRST, Draft, Event, Stamp, seal
from nab.core.text import times
from nab.core.turns import decision
from nab.core.turns.ledger import Ledger, ledger
from nab.core.turns.machine_clock import Moment
from nab.core.turns.situations import Contender, Opening, Rules, State, scene
from nab.core.windows.window import Window

ENTRANTS, EVENTS = 100, 200_000
BEGAN = datetime(2026, 5, 18, tzinfo=UTC)
RUNS = 5


def made() -> list[Event]:
    """Return a log: a hundred entrants with an hour each in turn, and polls between."""
    events: list[Event] = []

    def add(fact: object, entrant: int) -> None:
        seconds = len(events) * 60.0
        stamp = Stamp(BEGAN + timedelta(seconds=seconds), "boot", seconds, "bench")
        draft = Draft(fact=fact, entrant=f"e{entrant}-l4", run=f"run-{entrant}")  # type: ignore[arg-type]
        events.append(seal(draft, FIRST, stamp))

    for number in range(ENTRANTS):
        intended = RunIntended(
            agent="e", level=Level.L4, model="m", model_id="m", image="i", digests={}, budget_seconds=None,
            objective_sha256="0", slot="nab-slot-gpu0",
        )  # fmt: skip
        add(intended, number)
        add(RunStarted(started_at=times.text(BEGAN)), number)
        add(TurnEnded(because="x", active_seconds=0), number)
    turn = 0
    while len(events) < EVENTS:
        add(TurnBegan(because="x"), turn % ENTRANTS)
        for _ in range(60):
            add(Poll(ok=True), turn % ENTRANTS)
        add(TurnEnded(because="x", active_seconds=3600, cpu_seconds=7200.0), turn % ENTRANTS)
        turn += 1
    return events


def decided(book: Ledger, moment: Moment) -> decision.Decision:
    """Decide as a tick does, once the log is folded."""
    contenders = tuple(
        Contender(
            run=run, entrant=one.entrant, level=one.level, state=State.PAUSED, box=run, name=f"nab-wait-{run}",
            served=book.standing(one.entrant, moment), queued_at="2026", in_turn=one.began is not None,
        )
        for run, one in book.alive.items()
    )  # fmt: skip
    seen = scene(book, contenders, moment, Rules("slot", timedelta(hours=1)), Opening(Window.CLOSED))
    return decision.decide(seen)


def main() -> None:
    events = made()
    moment = Moment(BEGAN + timedelta(seconds=len(events) * 60.0), "boot", len(events) * 60.0)
    folding, deciding, walking = [], [], []
    for _ in range(RUNS):
        began = time.perf_counter()
        for event in events:
            assert event.kind
        walked = time.perf_counter()
        book = ledger(events)
        folded = time.perf_counter()
        decided(book, moment)
        ended = time.perf_counter()
        walking.append(walked - began)
        folding.append(folded - walked)
        deciding.append(ended - folded)
    bare, fold, decide = map(statistics.median, (walking, folding, deciding))
    print(f"{len(events):,} events of {ENTRANTS} entrants")
    print(f"going through them            {bare * 1000:7.1f} ms")
    print(f"folding them into the ledger  {fold * 1000:7.1f} ms   {fold / bare:.0f} times that")
    print(f"deciding, the first time      {decide * 1000:7.1f} ms   {decide / bare:.2f} times that")


if __name__ == "__main__":
    main()
