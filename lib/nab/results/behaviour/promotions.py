"""By what candidates were promoted: whether it was the best by a metric, whether diagnostics came just before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nab.core.intervals import Interval, length, merged, shared
from nab.results.behaviour import binomials
from nab.results.behaviour.binomials import Share

PROXY, OBJECTIVE = "corr", "mmc"
ENOUGH_DISAGREEMENT = (
    0.30  # share of promotions at which the two metrics' bests differ; below it nothing can be told
)
FEWEST = 3  # promotions


@dataclass(frozen=True)
class Choice:
    """A promotion: what was picked, and what every candidate known then had, by metric."""

    picked: str
    known: Mapping[str, Mapping[str, float]]

    def values(self, metric: str) -> dict[str, float]:
        """Return what candidates have of a metric."""
        return {name: one[metric] for name, one in self.known.items() if metric in one}

    def best(self, metric: str) -> set[str]:
        """Return whoever is best by a metric; nobody where there is no choice."""
        values = self.values(metric)
        top = max(values.values(), default=0.0)
        return {name for name, value in values.items() if value == top} if len(values) > 1 else set()


@dataclass(frozen=True)
class Hits:
    """How often the pick was the best by a metric, and how likely so often is by chance."""

    metric: str
    hits: int
    of: int
    p: float


@dataclass(frozen=True)
class Contest:
    """Two metrics side by side: where their bests differ (`disagree` of `of`), whose best was picked."""

    disagree: int
    of: int
    first: int
    second: int
    p: float

    @property
    def identifiable(self) -> bool:
        """Whether the two differ often enough to tell which was gone by."""
        return self.of >= FEWEST and self.disagree >= ENOUGH_DISAGREEMENT * self.of


def argmax_hits(choices: Sequence[Choice], metric: str) -> Hits:
    """Count the picks that were the best by a metric; by chance each is with 1 / how many there were."""
    hits, chances = 0, []
    for one in choices:
        best, values = one.best(metric), one.values(metric)
        if best and one.picked in values:
            hits += one.picked in best
            chances.append(len(best) / len(values))
    return Hits(metric, hits, len(chances), binomials.at_least(hits, chances))


def contest(choices: Sequence[Choice], first: str = PROXY, second: str = OBJECTIVE) -> Contest:
    """Say by which of two metrics was picked, where that can be told: their bests have to differ."""
    both = [one for one in choices if one.best(first) and one.best(second)]
    apart = [one for one in both if not one.best(first) & one.best(second)]
    some = sum(one.picked in one.best(first) for one in apart)
    others = sum(one.picked in one.best(second) for one in apart)
    return Contest(len(apart), len(both), some, others, binomials.sign_test(some, others))


@dataclass(frozen=True)
class Precedence:
    """How many promotions came within a while after a diagnosis, and how likely that is within the same sessions."""

    share: Share
    p: float


def precedence(
    promoted: Sequence[float], diagnosed: Sequence[float], sessions: Sequence[Interval[float]], within: float
) -> Precedence:
    """Count the promotions that a diagnosis preceded by at most `within` seconds.

    The null moves each promotion to anywhere in its own session: agents promote and diagnose while they are awake, and
    whoever forgets that finds precedence where there is none. A promotion in no session is left out. The chance of each
    is the part of its session that lies after a diagnosis, so the tail is exact.
    """
    after = merged([Interval(one, one + within) for one in diagnosed])
    hits, chances = 0, []
    for at in promoted:
        session = next((one for one in sessions if one.holds(at)), None)
        if session is None or session.seconds <= 0:
            continue
        hits += any(one.holds(at) for one in after)
        chances.append(length(shared([session], after)) / session.seconds)
    return Precedence(binomials.share(hits, len(chances)), binomials.at_least(hits, chances))
