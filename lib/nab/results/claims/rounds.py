"""Rounds that count for no claim, with their causes, and those that were handed in late: as of a place in the log."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from nab.core.facts import Cause, Excluded
from nab.core.log.events import Event
from nab.core.outcomes import clock_skew, evidence
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


@dataclass(frozen=True)
class Past:
    """What was known of outcomes, and of whose runs had been enrolled, at a place in the log."""

    known: Evidence
    holders: Holders
    windows: dict[int, Round]
    now: datetime

    def outcome(self, entrant: str, number: int) -> Outcome | None:
        """Return what became of an entrant in a round; None where nothing is known."""
        window = self.windows.get(number)
        if window is None:
            return unowed(self.known, entrant, BareRound(number))
        return outcome(self.known, entrant, window, self.now)


def past(events: Sequence[Event], evidence_of_all: Sequence[Event], upto: int) -> Past:
    """Return what was known as of a seq."""
    kept = evidence_of_all[: bisect_right(evidence_of_all, upto, key=attrgetter("seq"))]
    holders = Holders()
    for event in kept:
        if event.kind != SCORE:
            holders.hear(event)
    ticks = [one for one in kept if one.kind == TICK]
    now = times.parse(events[upto - 1].known) + clock_skew.offset(ticks)
    return Past(evidence.gather(kept), holders, rounds.seen(kept), now)


def excluded(before: Past, missing: Iterable[tuple[int, str]]) -> Iterator[Excluded]:
    """Tell of each round in which a run has no final score whose doing that was. An empty cause is not known yet."""
    holders = before.holders
    for number, run in missing:
        entrant = holders.entrants.get(run, "")
        if (now := holders.run(entrant, number)) and now != run:
            yield Excluded(number, run, Cause.HARNESS.value, REPLACED)
            continue
        found = before.outcome(entrant, number)
        if found is None:
            yield Excluded(number, run, Cause.HARNESS.value, NOBODY_LOOKED)
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
