"""A family of claims as the site shows it: everybody's place, all since the start, when more will be known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
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

POINTS_OF_BAND = 24  # of a cumulative line: each costs an estimate


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

    def claim_of(self, pair: Pair) -> str:
        """Name the claim about two runs, whichever comes first in it; empty where there is none."""
        for one in (pair, pair[::-1]):
            if one in self.derived.rules.pairs:
                return self.derived.id(one)
        return ""

    def series(self, run: str, other: str) -> Series:
        """Return the difference of two runs, round by round, and its band."""
        numbers, d = self.shared(run, other)
        step = max(1, len(numbers) // POINTS_OF_BAND)
        rules, band = self.derived.rules, []
        for n in range(overlap.FEWEST_OF_BAND, len(numbers) + 1):
            if n % step and n != len(numbers):
                continue
            found = overlap.band(numbers[:n], d[:n], BAND_ALPHA / rules.m, rules.correlation)
            if found is not None:
                band.append((numbers[n - 1], (found[1] - found[0]) / 2 * n))
        return Series(tuple(numbers), tuple(d), tuple(band))

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
