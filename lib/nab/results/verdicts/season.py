"""A season of looks: what each said, and the verdict on each pair, as of any place in the log.

The procedure is that of docs/methodology.md. Everything is a function of the registration and of the records up to a
seq; records of later ones, and the order in which they are given, change nothing.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any

import msgspec

from nab.core.text import times
from nab.results.statistics import overlap
from nab.results.verdicts.looks import DECIDED, Look, Verdict, decided, judged
from nab.results.verdicts.registration import Pair, Record, Registration, read_record, read_registration
from nab.results.verdicts.scores import Scores, place


class Cause(StrEnum):
    """Why a claim has a new version. Changed code is the registry's to tell."""

    LOOK = "reached a look"
    CORRECTION = "a late or revised score"
    OTHER_LOOK = "another pair reached the look"
    OTHER_CORRECTION = "a late or revised score of another pair"


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A claim from `seq` on, until its next version."""

    pair: Pair
    seq: int
    causes: tuple[Cause, ...]
    verdict: Verdict
    looks: tuple[Look, ...]


@dataclass
class Shared:
    """The shared rounds of a pair and the looks that were taken at them."""

    differences: dict[int, float] = field(default_factory=dict)
    order: list[int] = field(default_factory=list)
    taken: list[tuple[int, int]] = field(default_factory=list)  # seq and last round of each look

    def put(self, round_: int, difference: float) -> None:
        """Enter a round, or a round's new difference."""
        if round_ not in self.differences:
            insort(self.order, round_)
        self.differences[round_] = difference

    def upto(self, last: int) -> tuple[list[int], list[float]]:
        """Return rounds and differences, in ascending order of rounds."""
        rounds = [one for one in self.order if one <= last]
        return rounds, [self.differences[one] for one in rounds]


@dataclass
class Season:
    """A season while it is folded, seq by seq."""

    registration: Registration
    shared: dict[Pair, Shared] = field(default_factory=dict)
    estimates: dict[int, dict[Pair, overlap.Estimate]] = field(default_factory=dict)
    looks: dict[Pair, dict[int, Look]] = field(default_factory=dict)
    versions: dict[Pair, list[Version]] = field(default_factory=dict)
    ended: int | None = None
    pairs: dict[str, list[Pair]] = field(default_factory=dict)  # by who is in them

    def __post_init__(self) -> None:
        """Begin without a score."""
        self.scores = Scores(self.registration)
        for pair in self.registration.pairs:
            self.shared[pair], self.looks[pair], self.versions[pair] = Shared(), {}, []
            for who in {*pair}:
                self.pairs.setdefault(who, []).append(pair)

    def verdict(self, pair: Pair) -> Verdict:
        """Return the verdict on a pair now."""
        return self.versions[pair][-1].verdict if self.versions[pair] else Verdict.NOT_YET

    def hear(self, seq: int, records: Sequence[Record]) -> None:
        """Take in the records of one seq."""
        reached: dict[Pair, set[int]] = {}
        corrected: dict[Pair, set[int]] = {}
        for record in records:
            for pair in self.places(record):
                shared = self.shared[pair]
                touched = {k for k, (_, last) in enumerate(shared.taken, start=1) if record.round <= last}
                corrected.setdefault(pair, set()).update(touched)
                reached.setdefault(pair, set()).update(self.reach(shared, seq))
        if self.ended is None and over(self.registration.ends, records):
            self.ended = seq
            for pair, shared in self.shared.items():
                reached.setdefault(pair, set()).update(self.close(shared, seq))
        self.look(seq, reached, corrected)

    def places(self, record: Record) -> Iterable[Pair]:
        """Enter a score and yield the pairs of which it changes a shared round."""
        if not self.scores.put(record):
            return
        for pair in self.pairs.get(record.entrant, ()):
            one, other = (self.scores.value(who, record.round) for who in pair)
            if one is not None and other is not None:
                self.shared[pair].put(record.round, one - other)
                yield pair

    def reach(self, shared: Shared, seq: int) -> Iterable[int]:
        """Take the look that a pair has reached, unless the season is over; yield its number."""
        due = self.registration.looks[len(shared.taken) : len(shared.taken) + 1]
        if self.ended is None and due and len(shared.order) >= due[0]:
            shared.taken.append((seq, shared.order[due[0] - 1]))
            yield len(shared.taken)

    def close(self, shared: Shared, seq: int) -> Iterable[int]:
        """Take the last look of a pair at the season's end with what there is, if only that one is left."""
        looks = self.registration.looks
        if len(looks) > 1 and len(shared.taken) == len(looks) - 1:
            shared.taken.append((seq, shared.order[-1]))
            yield len(looks)

    def look(self, seq: int, reached: dict[Pair, set[int]], corrected: dict[Pair, set[int]]) -> None:
        """Look again where anything has changed, and keep the new versions of claims."""
        due = {
            (k, pair) for changed in (reached, corrected) for pair, looks in changed.items() for k in looks
        }
        if not due:
            return
        for k, pair in due:
            shared = self.shared[pair]
            given = shared.upto(shared.taken[k - 1][1])
            self.estimates.setdefault(k, {})[pair] = overlap.estimate(*given, self.registration.correlation)
        for k in {k for k, _ in due}:
            taken = {pair: self.shared[pair].taken[k - 1] for pair in self.estimates[k]}
            for one in judged(self.registration, k, self.estimates[k], taken):
                self.looks[one.pair][k] = one
        for pair in self.registration.pairs:
            looks = tuple(one for _, one in sorted(self.looks[pair].items()))
            known = self.versions[pair]
            if looks != (known[-1].looks if known else ()):
                verdict = decided(looks, had_one=any(one.verdict in DECIDED for one in known))
                causes = tuple(why(pair, reached, corrected))
                known.append(Version(pair=pair, seq=seq, causes=causes, verdict=verdict, looks=looks))


def over(ends: str, records: Sequence[Record]) -> bool:
    """Say whether a season's end was known to have come."""
    end = instant(ends)
    return end is not None and any(
        (known := instant(one.known)) is not None and known >= end for one in records
    )


def instant(text: str) -> datetime | None:
    """Read a time; None where there is none."""
    return times.parse_or_none(text)


def why(pair: Pair, reached: Mapping[Pair, set[int]], corrected: Mapping[Pair, set[int]]) -> Iterable[Cause]:
    """Name the causes of a new version."""
    own = [(Cause.LOOK, reached.get(pair)), (Cause.CORRECTION, corrected.get(pair))]
    found = [cause for cause, looks in own if looks]
    if found:
        return found
    others = [(Cause.OTHER_LOOK, reached), (Cause.OTHER_CORRECTION, corrected)]
    return [cause for cause, looks in others if any(looks.values())]


def fold(
    registration: Registration | Mapping[str, Any],
    events: Iterable[Record | Mapping[str, Any] | Sequence[Any]],
    upto: int,
) -> Season:
    """Fold a season from its records up to a seq, that one included."""
    found = Season(read_registration(registration))
    records = [read_record(one, found.registration) for one in events]
    for seq, group in groupby(sorted(filter(lambda one: one.seq <= upto, records), key=place), key=number):
        found.hear(seq, list(group))
    return found


def number(record: Record) -> int:
    """Return a record's place in the log."""
    return record.seq
