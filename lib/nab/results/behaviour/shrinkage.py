"""What a candidate's validation score is worth after the best of many was chosen, and what luck alone would show.

Empirical Bayes: the spread of true values is the spread that is seen less the noise of single eras, and every value
moves to the mean of all by the share that is noise. Source: docs/questions.md, "The winner's curse".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from operator import mul

from nab.results.statistics.distributions import NORMAL

SHARED_ERAS = 4  # weekly eras whose 20-day targets share days: a mean of them is so many times less certain
FEWEST_ERAS, FEWEST_CANDIDATES = 20, 3
WIDEST, STEPS = 9.0, 1800  # standard deviations and steps of the integral below


@dataclass(frozen=True)
class Shrunk:
    """All candidates of one search: values, what is left of each, and the height that luck alone reaches.

    `kept` is the share of a lead over the mean that is no noise; `luck` is the mean plus what the best of `k_eff`
    candidates that are all alike would show.
    """

    mean: float
    values: tuple[float, ...]
    shrunk: tuple[float, ...]
    se: float
    kept: float
    k: int
    k_eff: float
    luck: float


def shrink(eras: Sequence[Sequence[float]]) -> Shrunk | None:
    """Shrink candidates by their values per era, the same eras for all; None where there are too few of either."""
    if len(eras) < FEWEST_CANDIDATES or min(map(len, eras)) < FEWEST_ERAS:
        return None
    width = len(eras[0])
    values = [fsum(one) / width for one in eras]
    pool = [fsum(column) / len(eras) for column in zip(*eras, strict=True)]
    noise = fsum(squared_error(one, pool) for one in eras) / len(eras)
    return of_values(values, sqrt(noise), effective(eras, pool))


def of_values(values: Sequence[float], se: float, k_eff: float) -> Shrunk:
    """Shrink candidates whose means all have the same standard error beside their pool."""
    mean = fsum(values) / len(values)
    spread = fsum((one - mean) ** 2 for one in values) / (len(values) - 1)
    kept = max(0.0, spread - se * se) / spread if spread > 0 else 0.0
    return Shrunk(
        mean=mean,
        values=tuple(values),
        shrunk=tuple(mean + kept * (one - mean) for one in values),
        se=se,
        kept=kept,
        k=len(values),
        k_eff=k_eff,
        luck=mean + se * expected_best(k_eff),
    )


def squared_error(one: Sequence[float], pool: Sequence[float]) -> float:
    """Return the squared standard error of a candidate's mean lead over the pool, from its eras."""
    leads = [a - b for a, b in zip(one, pool, strict=True)]
    mean = fsum(leads) / len(leads)
    return SHARED_ERAS * fsum((lead - mean) ** 2 for lead in leads) / (len(leads) - 1) / len(leads)


def effective(eras: Sequence[Sequence[float]], pool: Sequence[float]) -> float:
    """Return how many independent candidates there are: (sum of eigenvalues)^2 / sum of their squares.

    Of the correlations of leads over the pool; the squares of all correlations add up to those of the eigenvalues.
    """
    rows = [standardised([a - b for a, b in zip(one, pool, strict=True)]) for one in eras]
    rows = [row for row in rows if row]
    if not rows:
        return 1.0
    total = float(len(rows))
    for i, row in enumerate(rows):
        total += 2 * fsum(sum(map(mul, row, other)) ** 2 for other in rows[:i])
    return len(rows) ** 2 / total


def standardised(row: Sequence[float]) -> list[float]:
    """Centre a row and give it length 1; nothing where it does not vary."""
    mean = fsum(row) / len(row)
    centred = [one - mean for one in row]
    length = sqrt(fsum(one * one for one in centred))
    return [one / length for one in centred] if length > 0 else []


def expected_best(k: float) -> float:
    """Return the mean of the largest of k independent standard normals; k need not be whole."""
    if k <= 1:
        return 0.0
    step = WIDEST / STEPS
    places = [(i + 0.5) * step for i in range(STEPS)]
    above = fsum(1 - NORMAL.cdf(x) ** k for x in places)
    below = fsum(NORMAL.cdf(-x) ** k for x in places)
    return step * (above - below)


def expected_new_bests(before: int, after: int) -> float:
    """Return how many new bests to expect among candidates before+1 to after, where nothing is learned."""
    return fsum(1 / i for i in range(before + 1, after + 1))
