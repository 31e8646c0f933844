"""Rounds that count for no claim, with their causes, and those that were handed in late: as of a place in the log."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter
from types import MappingProxyType

from nab.core.facts import Cause, Excluded, Tick
from nab.core.log.events import Event, newest
from nab.core.outcomes import clock_skew
from nab.core.outcomes.evidence import TICK, Evidence
from nab.core.outcomes.outcomes import Outcome, Status, outcome, unowed
from nab.core.scores.scores import SCORE
from nab.core.text import times
from nab.core.windows import rounds
from nab.core.windows.rounds import BareRound, Round
from nab.results.claims.material import Holders

LATE = "late"
NOBODY_LOOKED = "the round was not seen: nobody asked Numerai while it was open"
REPLACED = "another run of this entrant was in its place"
NO_SCORE = "Numerai has it, and no final score of it"
OTHER_VERSION = "Numerai scored it by version {} of its scoring, which is not the registered one"
NONE: Mapping[tuple[int, str], str] = MappingProxyType({})


@dataclass(frozen=True)
class Past:
    """What was known of outcomes, and of whose runs had been enrolled, at a place in the log."""

    known: Evidence
    holders: Holders
    windows: dict[int, Round]
    now: datetime
    found: dict[tuple[str, int], Outcome | None] = field(default_factory=dict)

    def outcome(self, entrant: str, number: int) -> Outcome | None:
        """Return what became of an entrant in a round; None where nothing is known. It is folded once."""
        place = entrant, number
        if place not in self.found:
            self.found[place] = self.fold(entrant, number)
        return self.found[place]

    def fold(self, entrant: str, number: int) -> Outcome | None:
        """Fold what became of an entrant in a round."""
        window = self.windows.get(number)
        if window is None:
            return unowed(self.known, entrant, BareRound(number))
        return outcome(self.known, entrant, window, self.now)


@dataclass
class Pasts:
    """What was known, place after place: asked in the order of the log it is gathered once.

    `evidence` is what outcomes are folded from. What it gives holds until it is asked for a later place.
    """

    events: Sequence[Event]
    evidence: Sequence[Event]
    heard: int = 0
    known: Evidence = field(default_factory=Evidence)
    holders: Holders = field(default_factory=Holders)
    windows: dict[int, Round] = field(default_factory=dict)
    skew: timedelta = timedelta()
    newest: tuple[int, Past] | None = None

    def at(self, upto: int) -> Past:
        """Return what was known as of a seq."""
        if self.newest and self.newest[0] == upto:
            return self.newest[1]
        upto_here = bisect_right(self.evidence, upto, key=attrgetter("seq"))
        if upto_here < self.heard:
            self.heard, self.known, self.holders = 0, Evidence(), Holders()
            self.windows, self.skew = {}, timedelta()
        for event in self.evidence[self.heard : upto_here]:
            self.hear(event)
        self.heard = upto_here
        now = times.parse(newest(self.events, upto).known) + self.skew
        self.newest = upto, Past(self.known, self.holders, self.windows, now)
        return self.newest[1]

    def hear(self, event: Event) -> None:
        """Take in one event more."""
        self.known.hear(event)
        if event.kind != SCORE:
            self.holders.hear(event)
        if event.kind == TICK and isinstance(fact := event.fact, Tick) and fact.skew_seconds is not None:
            self.skew = clock_skew.counted(fact.skew_seconds)
        if window := rounds.told_by(event):
            self.windows[window.number] = window


def excluded(
    before: Past, missing: Iterable[tuple[int, str]], others: Mapping[tuple[int, str], str] = NONE
) -> Iterator[Excluded]:
    """Tell of each round in which a run has no final score whose doing that was. An empty cause is not known yet.

    `others` are the scoring versions in which it has one all the same.
    """
    holders = before.holders
    for number, run in missing:
        entrant = holders.entrants.get(run, "")
        if (now := holders.run(entrant, number)) and now != run:
            yield Excluded(number, run, Cause.HARNESS.value, REPLACED)
            continue
        found = before.outcome(entrant, number)
        if found is None:
            yield Excluded(number, run, Cause.HARNESS.value, NOBODY_LOOKED)
        elif other := others.get((number, run)):
            yield Excluded(number, run, Cause.NUMERAI.value, OTHER_VERSION.format(other))
        elif found.status is Status.VERIFIED:
            yield Excluded(number, run, Cause.NUMERAI.value, NO_SCORE)
        else:
            cause = found.cause.value if found.cause else ""
            yield Excluded(number, run, cause, found.reason or found.words)


def late(before: Past, runs: Iterable[str], shared: Iterable[int]) -> list[int]:
    """Return the shared rounds that one of the runs handed in late."""
    entrants = [before.holders.entrants.get(run, "") for run in runs]
    return [
        number for number in shared
        if any((one := before.outcome(who, number)) and one.detail == LATE for who in entrants)
    ]  # fmt: skip
