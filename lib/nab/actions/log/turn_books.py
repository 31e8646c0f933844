"""The turns as the log has them, derived for the light door that says whose is next."""

from __future__ import annotations

from collections.abc import Sequence

from nab.core.facts import (
    BoxEnded,
    BoxStarted,
    GapSeen,
    Intervened,
    RoundSeen,
    RunCreated,
    RunEnded,
    RunIntended,
    RunStarted,
    RunStarting,
    RunStopping,
    Tick,
    TurnBegan,
    TurnEnded,
    tags,
)
from nab.core.log.events import FACTS, Event
from nab.core.runs.runs import Run, runs, unfinished
from nab.core.runs.states import RunState
from nab.core.text import times
from nab.core.turns.books import Books, Candidate
from nab.core.turns.ledger import Ledger, ledger
from nab.core.turns.machine_clock import Moment
from nab.core.windows import rounds
from nab.core.windows.window import Window

# Every other kind leaves a decision about turns as it was: it only says that the machine was awake.
TELLING = tags(
    RunIntended, RunStarting, RunCreated, RunStarted, RunStopping, RunEnded, BoxStarted, BoxEnded,
    TurnBegan, TurnEnded, Intervened, GapSeen, Tick, RoundSeen,
)  # fmt: skip
QUIET = tuple(sorted(FACTS.keys() - TELLING))


def books(events: Sequence[Event], slice_seconds: float) -> Books:
    """Return the turns as they are at the newest event."""
    waiting = [one for one in unfinished(runs(events)) if one.state is not RunState.STOPPING]
    book = ledger(events) if waiting else Ledger()
    last = events[-1] if events else None
    going = [one for one in book.alive.values() if one.sliced and one.began is not None]
    current = next(reversed(rounds.seen(events).values()), None)
    ticks = (event.fact.window for event in reversed(events) if isinstance(event.fact, Tick))
    candidates: dict[str, tuple[Candidate, ...]] = {}
    for run in waiting:
        candidates[run.intended.slot] = (*candidates.get(run.intended.slot, ()), candidate(book, run))
    return Books(
        boot=last.boot if last else "",
        mono=last.mono if last else 0.0,
        owed=exact(book.owed - sum(book.time.now - one.began for one in going if one.began is not None)),
        paying=len(going),
        silent=next(ticks, Window.CLOSED) == Window.UNKNOWN,
        opens=times.text(current.opens) if current else "",
        closes=times.text(current.closes) if current else "",
        slice_seconds=slice_seconds,
        candidates=candidates,
    )


def candidate(book: Ledger, run: Run) -> Candidate:
    """Tell of a run that may have the slot."""
    account, now = book.accounts[run.name], book.time.now
    moment = Moment(times.parse(run.intended_at), book.time.boot, book.time.mono)
    return Candidate(
        run=run.name,
        entrant=run.entrant,
        level=run.intended.level.value,
        queued_at=run.intended_at,
        served=exact(book.standing(run.entrant, moment)),
        serving=sum(one.began is not None for one in book.of(run.entrant)),
        held=None if account.began is None else exact(now - account.began),
        noticed=None if account.noticed_at is None else exact(now - account.noticed_at),
        beside=account.beside_since is not None,
        resumes=run.started_at is not None,
        waits=run.waits_for_its_box,
        again_at=run.again_at,
    )


def exact(seconds: float) -> float:
    """Cut what the order of a sum leaves behind: the same log gives the same bytes, however much of it was read."""
    return round(seconds, 6)
