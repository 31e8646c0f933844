"""Rounds and their windows, always as the API says, never by a local calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from nab.core.facts import RoundSeen, tag
from nab.core.log.events import Event
from nab.core.text import times
from nab.core.windows.window import Window, at

ROUND = tag(RoundSeen)
LAST_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Round:
    """One round of the tournament; `closes` is the deadline for being on time.

    `ends` is what the API calls closeTime, where it says so. It is for people: no decision asks for it, and rounds that
    differ in it alone are equal.
    """

    number: int
    opens: datetime
    closes: datetime
    ends: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True)
class BareRound:
    """A round of which only the number is known: Numerai lists or scores something for it, and told no times."""

    number: int


def window(current: Round | None, now: datetime) -> Window:
    """Say whether the current round takes submissions now. Ask only with what the API answered."""
    if current is None:
        return Window.CLOSED
    return at(current.opens, current.closes, now)


def is_closing(current: Round, now: datetime) -> bool:
    """Say whether what is begun now would come late: in the last minute, or in the last tenth of a short window."""
    return now >= current.closes - min(LAST_MINUTE, (current.closes - current.opens) / 10)


def seen(events: Iterable[Event]) -> dict[int, Round]:
    """Fold the rounds we were told of; what the API said last holds."""
    told = (one for event in events if (one := told_by(event)))
    return dict(sorted((one.number, one) for one in {one.number: one for one in told}.values()))


def told_by(event: Event) -> Round | None:
    """Return the round that an event tells of; None for any other event."""
    if event.kind != ROUND or event.round is None or not isinstance(fact := event.fact, RoundSeen):
        return None
    opens, closes = times.parse(fact.opens), times.parse(fact.closes_staking)
    return Round(event.round, opens, closes, times.maybe(fact.closes))
