"""A family of claims as the site shows it: everybody's place, all since the start, when more will be known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate

from nab.core.scores.metrics import NAMED
from nab.core.windows.rounds import Round
from nab.results.claims import registry, standing
from nab.results.claims.derived import BAND_ALPHA, FamilyDerived
from nab.results.claims.documents import Needed, both, rounded
from nab.results.claims.standing import Line
from nab.results.statistics import overlap, sensitivity
from nab.results.verdicts.registration import Pair

EVERY = 20  # rounds between two points of a band: each costs an estimate


@dataclass(frozen=True)
class Place:
    """Where a run stands, and the claim that says so; none for the control itself."""

    line: Line
    claim: str
    n_final: int


@dataclass(frozen=True)
class Series:
    """A difference added up round by round, and the band that holds at every round at once."""

    rounds: tuple[int, ...]
    differences: tuple[float, ...]
    band: tuple[tuple[int, float], ...]  # round, half of its width times the number of rounds

    @cached_property
    def sums(self) -> list[float]:
        """The sums so far."""
        return list(accumulate(self.differences))


@dataclass(frozen=True)
class Family:
    """A family as of the site's event."""

    derived: FamilyDerived
    places: tuple[Place, ...]
    provisional: Mapping[str, int]
    windows: Mapping[int, Round]
    drawn: dict[tuple[str, str], Series] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its name."""
        return self.derived.family.name

    @property
    def title(self) -> str:
        """The metric's title."""
        return NAMED[self.derived.family.fact.metric].title

    @cached_property
    def needed(self) -> tuple[Needed, ...]:
        """When differences could be known, by the pair with the widest spread of those that have some."""
        pairs = sorted(self.derived.rules.pairs, key=lambda pair: -len(self.derived.shared(pair)[0]))
        pair = pairs[0]
        start, miss = registry.began(self.derived, dict(self.windows)), registry.missed(self.derived, pair)
        return tuple(registry.needed(self.derived, pair, start, miss))

    @cached_property
    def newest_scores(self) -> Mapping[str, int]:
        """The newest event among the scores of each run."""
        found: dict[str, int] = {}
        for record in self.derived.material.records:
            found[record.entrant] = max(record.seq, found.get(record.entrant, 0))
        return found

    def newest_score(self, run: str) -> int:
        """Return the newest event among the scores of a run; 0 where it has none."""
        return self.newest_scores.get(run, 0)

    def claim_of(self, pair: Pair) -> str:
        """Name the claim about two runs, whichever comes first in it; empty where there is none."""
        for one in (pair, pair[::-1]):
            if one in self.derived.rules.pairs:
                return self.derived.id(one)
        return ""

    def series(self, run: str, other: str) -> Series:
        """Return the difference of two runs, round by round, and its band."""
        known = self.drawn.get((run, other))
        if known is None:
            numbers, d = self.shared(run, other)
            known = self.drawn[run, other] = Series(tuple(numbers), tuple(d), tuple(self.band(numbers, d)))
        return known

    def band(self, numbers: list[int], d: list[float]) -> Iterator[tuple[int, float]]:
        """Yield the points of a band: the same ones however many rounds come after them, and the last."""
        rules, most = self.derived.rules, len(numbers)
        for n in sorted({*range(overlap.FEWEST_OF_BAND, most + 1, EVERY), most}):
            found = overlap.band(numbers[:n], d[:n], BAND_ALPHA / rules.m, rules.correlation)
            if found is not None:
                yield numbers[n - 1], (found[1] - found[0]) / 2 * n

    def series_plain(self, run: str, other: str) -> Series:
        """Return the difference of two runs without its band."""
        numbers, d = self.shared(run, other)
        return Series(tuple(numbers), tuple(d), ())

    def shared(self, run: str, other: str) -> tuple[list[int], list[float]]:
        """Return the rounds in which two runs have final scores, and the differences."""
        known = self.derived.season.scores
        return sensitivity.complete(known.of(run), known.of(other))


def told(one: FamilyDerived, windows: dict[int, Round]) -> Family:
    """Tell a family; one of groups has no places."""
    fact = one.family.fact
    lines = [] if fact.groups else standing.lines(one, windows)
    return Family(
        derived=one,
        places=tuple(place(one, line) for line in lines),
        provisional=standing.provisional(one),
        windows=windows,
    )


def place(one: FamilyDerived, line: Line) -> Place:
    """Tell where a run stands, and by which claim."""
    control = one.family.fact.control
    pair = next((each for each in one.rules.pairs if set(each) == {line.run, control}), None)
    told = replace(  # with the digits that claims are published with
        line,
        n_eff=rounded(line.n_eff),
        difference=None if line.difference is None else rounded(line.difference),
        band=None if line.band is None else both(*line.band),
    )
    return Place(told, one.id(pair) if pair else "", len(one.season.scores.of(line.run)))
