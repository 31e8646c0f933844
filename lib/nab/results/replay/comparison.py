"""Pairs of replayed runs compared on the sealed eras that both predicted: one look at .05, Holm over the family."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations

from nab.results.statistics import multiplicity, overlap
from nab.results.statistics.overlap import Correlation, Estimate

ALPHA = 0.05
LEAKED = "leaked"
Pair = tuple[str, str]
Scores = Mapping[int, float]


class Finding(StrEnum):
    """What the one look says of a pair."""

    BETTER = "better"  # the first named
    WORSE = "worse"
    NOT_TOLD_APART = "not told apart"
    NOT_TESTED = "not tested"


@dataclass(frozen=True)
class Compared:
    """A pair, ordered by name, at the look: `interval` is that of this pair alone at .05, `p` adjusted by Holm."""

    pair: Pair
    finding: Finding
    estimate: Estimate
    interval: tuple[float, float]
    p: float
    why: str = ""


@dataclass(frozen=True)
class OfRun:
    """One run's mean over the sealed eras that it predicted, with its own interval: described, not tested."""

    run: str
    estimate: Estimate
    interval: tuple[float, float]


def family(runs: Sequence[str], looked: frozenset[Pair] = frozenset()) -> tuple[Pair, ...]:
    """Return the pairs of a family: all that were not looked at before. A pair has one look, ever."""
    pairs = combinations(sorted(set(runs)), 2)
    return tuple(pair for pair in pairs if pair not in looked)


def compare(
    pairs: Sequence[Pair], scores: Mapping[str, Scores], horizon: int, leaky: Collection[str] = ()
) -> list[Compared]:
    """Take the look at a whole family; eras that either of a pair has no score in count for neither.

    A pair that cannot be tested, or of which one is `leaky`, stays a hypothesis of the family: to drop it would spend
    its share on the others.
    """
    estimates = [
        replace(one, se=0.0, p=1.0, note=LEAKED) if {a, b} & set(leaky) else one
        for a, b in pairs
        for one in [difference(scores.get(a, {}), scores.get(b, {}), horizon)]
    ]
    adjusted = multiplicity.holm([one.p for one in estimates], ALPHA)
    return [
        Compared(pair, finding(one, rejected=test.rejected), one, one.interval(ALPHA), test.p, one.note)
        for pair, one, test in zip(pairs, estimates, adjusted, strict=True)
    ]


def difference(mine: Scores, theirs: Scores, horizon: int) -> Estimate:
    """Return the mean paired difference on shared eras, as overlap-t sees it: weekly eras share targets' days."""
    eras = sorted(mine.keys() & theirs.keys())
    return overlap.estimate(eras, [mine[era] - theirs[era] for era in eras], Correlation(horizon))


def of_run(run: str, scores: Scores, horizon: int) -> OfRun:
    """Return the mean of one run's scores."""
    eras = sorted(scores)
    found = overlap.estimate(eras, [scores[era] for era in eras], Correlation(horizon))
    return OfRun(run, found, found.interval(ALPHA))


def finding(found: Estimate, *, rejected: bool) -> Finding:
    """Return what was found of a pair."""
    if found.note:
        return Finding.NOT_TESTED
    if not rejected:
        return Finding.NOT_TOLD_APART
    return Finding.BETTER if found.mean > 0 else Finding.WORSE
