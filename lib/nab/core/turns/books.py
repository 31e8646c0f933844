"""What a decision about turns depends on, as the log has it at one moment: written down, to be decided with later.

All of it stands still but for the turns that go on, which grow with the machine's time. Imports little: a light door
decides with it. `nab.actions.log.turn_books` keeps them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from nab.core.levels import Level
from nab.core.text import times
from nab.core.turns.machine_clock import Moment
from nab.core.turns.situations import OF_BOXES, Contender, State, TurnSituation
from nab.core.windows import window
from nab.core.windows.window import Window


class SeenBox(NamedTuple):
    """A box as the engine has it."""

    id: str
    name: str
    status: str


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A run that may have the slot, if its box can. Seconds are as they were at the newest event.

    `served` is its entrant's standing, and `serving` how many of its turns go on. `held` is how long it has its turn,
    `noticed` how long ago it was told to yield; None: it has none, it was not. `waits`: its box is to be made or
    started, from `again_at` on.
    """

    run: str
    entrant: str
    level: str
    queued_at: str
    served: float
    serving: int
    held: float | None
    noticed: float | None
    beside: bool
    resumes: bool
    waits: bool
    again_at: str


@dataclass(frozen=True, kw_only=True)
class Books:
    """The turns at the newest event, which has this `boot` and `mono`; candidates by the name of the slot's box.

    `owed` are the seconds that the L4 agents are still to have, which `paying` turns that go on pay off. `silent`:
    Numerai did not answer the last tick. `opens` and `closes` are the newest round's; empty where none is known.
    """

    boot: str
    mono: float
    owed: float
    paying: int
    silent: bool
    opens: str
    closes: str
    slice_seconds: float
    candidates: dict[str, tuple[Candidate, ...]]


def situation(books: Books, slot: str, boxes: Mapping[str, SeenBox], moment: Moment) -> TurnSituation:
    """Put together what there is to decide on now. `boxes` are those of agents, by run."""
    since = max(0.0, moment.mono - books.mono) if moment.boot == books.boot else 0.0
    here = [
        (one, contender(one, boxes.get(one.run), since))
        for one in books.candidates.get(slot, ())
        if may_have_a_turn(one, boxes.get(one.run), moment.known)
    ]
    holding = next((one for one, seen in here if seen.name == slot and seen.in_turn), None)
    opens, closes = times.maybe(books.opens), times.maybe(books.closes)
    return TurnSituation(
        now=moment.known,
        slice=timedelta(seconds=books.slice_seconds),
        contenders=tuple(seen for _, seen in here),
        holder=holding.run if holding else None,
        held=holding.held + since if holding and holding.held is not None else 0.0,
        noticed=holding.noticed + since if holding and holding.noticed is not None else None,
        owed=max(0.0, books.owed - books.paying * since),
        window=opening(books.silent, opens, closes, moment.known),
        opens=opens,
        closes=closes,
    )


def opening(silent: bool, opens: datetime | None, closes: datetime | None, now: datetime) -> Window:
    """Say how the window stands."""
    if silent:
        return Window.UNKNOWN
    return window.at(opens, closes, now) if opens and closes else Window.CLOSED


def may_have_a_turn(one: Candidate, box: SeenBox | None, now: datetime) -> bool:
    """Say whether a run is one whose box can have a turn: it is there, or it is to be made or started now."""
    if box is not None and box.status in OF_BOXES:
        return True
    return one.waits and (not one.again_at or now >= times.parse(one.again_at))


def contender(one: Candidate, box: SeenBox | None, since: float) -> Contender:
    """Tell of a run as it is now."""
    return Contender(
        run=one.run,
        entrant=one.entrant,
        level=Level(one.level),
        state=OF_BOXES.get(box.status, State.QUEUED) if box else State.QUEUED,
        served=one.served + one.serving * since,
        queued_at=one.queued_at,
        box=box.id if box else "",
        name=box.name if box else "",
        in_turn=one.held is not None,
        beside=one.beside,
        resumes=one.resumes,
    )
