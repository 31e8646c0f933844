"""How long to wait: rounds that a gap needs, and the date by which it could be known."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from math import ceil, inf, sqrt

from nab.results.statistics import distributions
from nab.results.statistics.overlap import HORIZON, Correlation, mean_design

POWER = 0.8
MOST = 100_000
LONG = 400  # rounds above which degrees of freedom grow in proportion
PER_ROUND = 0.0743
ROUNDS_A_WEEK = 5
UNTIL_FINAL = timedelta(days=33)  # calendar days from a round's opening to its final score


def rounds_needed(
    gap: float, sd: float, alpha: float = 0.05, *, wanted: float = POWER, horizon: int = HORIZON
) -> int:
    """Return the fewest consecutive rounds in which overlap-t finds a gap with the wanted power; in steps.

    `sd` is the standard deviation of the paired difference in one round. Power is that of the noncentral t.
    """
    if gap <= 0 or sd < 0:
        raise ValueError(
            f"gap {gap:g} and sd {sd:g}: a gap has to be positive, a standard deviation not negative"
        )
    low, high = -1, 1
    while power_of(step(high), gap, sd, alpha, horizon) < wanted:
        low, high = high, 2 * high
        if step(high) > MOST:
            return MOST
    while high - low > 1:
        middle = (low + high) // 2
        enough = power_of(step(middle), gap, sd, alpha, horizon) >= wanted
        low, high = (low, middle) if enough else (middle, high)
    return step(high)


def step(place: int) -> int:
    """Return the numbers of rounds that are tried: every fifth up to 200, then every twentieth."""
    return 20 + 5 * place if place <= 36 else 200 + 20 * (place - 36)


def power_of(n: int, gap: float, sd: float, alpha: float, horizon: int) -> float:
    """Return how often overlap-t finds a gap in n consecutive rounds."""
    inflation, df = overlapping(n, horizon)
    noncentrality = gap / (sd * sqrt(inflation / n)) if sd else inf
    return distributions.power(noncentrality, alpha, df)


@lru_cache(maxsize=1024)
def overlapping(n: int, horizon: int) -> tuple[float, float]:
    """Return variance inflation and degrees of freedom of n consecutive rounds."""
    lags = range(1, min(n, horizon))
    inflation = 1 + 2 * sum((1 - k / n) * (1 - k / horizon) for k in lags)
    if n > LONG and horizon == HORIZON:
        return inflation, PER_ROUND * n
    return inflation, mean_design(range(n), Correlation(horizon)).df


def verdict_date(start: date, rounds: int, miss: float = 0.0) -> date:
    """Return when so many shared rounds are final, with five a week of which the share `miss` is missed."""
    weeks = rounds / (1 - miss) / ROUNDS_A_WEEK
    return start + timedelta(days=ceil(7 * weeks)) + UNTIL_FINAL
