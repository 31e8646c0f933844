"""kEWC: equal-weighted cosines that know the overlap. Narrower than overlap-t, and worse where quality drifts slowly.

Equal-weighted cosine transforms are those of Lazarus, Lewis, Stock, Watson (2018), Journal of Business & Economic
Statistics 36, 541-559; what is ours is to whiten them by the known overlap. It stands in the sensitivity panel.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import cos, fsum, pi, sqrt

from nab.results.statistics import distributions
from nab.results.statistics.matrices import cholesky, dot, forward, product
from nab.results.statistics.overlap import (
    DEGENERATE,
    FEWEST,
    IDENTICAL,
    NO_SPREAD,
    TOO_FEW,
    WORST,
    Correlation,
    Estimate,
    mean_design,
    spread,
)

ROUNDS_A_COSINE = 15
FEWEST_COSINES = 2

Whitening = tuple[tuple[tuple[float, ...], ...], list[list[float]]]


def estimate(rounds: Sequence[int], d: Sequence[float], correlation: Correlation = WORST) -> Estimate:
    """Return the mean of paired differences with the variance of the whitened cosines."""
    n, mean = len(rounds), fsum(d) / max(len(d), 1)
    if n < FEWEST:
        return Estimate(mean, 0.0, 0.0, n, 0.0, 1.0, TOO_FEW)
    first = rounds[0]
    cosines, lower = whitening(tuple(one - first for one in rounds), correlation)
    white = forward(lower, [dot(row, d) for row in cosines])
    df, n_eff = len(cosines), mean_design(rounds, correlation).n_eff
    if dot(white, white) <= n * NO_SPREAD**2:
        return Estimate(mean, 0.0, df, n, n_eff, 1.0, IDENTICAL if abs(mean) <= NO_SPREAD else DEGENERATE)
    error = sqrt(dot(white, white) / df / n_eff)
    return Estimate(mean, error, df, n, n_eff, distributions.two_sided(mean / error, df))


@lru_cache(maxsize=256)
def whitening(places: tuple[int, ...], correlation: Correlation) -> Whitening:
    """Return the cosines C of so many rounds, and the lower triangle of C O C' with O their overlap."""
    n = len(places)
    number = max(FEWEST_COSINES, round(n / ROUNDS_A_COSINE))
    cosines = tuple(
        tuple(sqrt(2 / n) * cos(pi * j * (i + 0.5) / n) for i in range(n)) for j in range(1, number + 1)
    )
    return cosines, cholesky(product(cosines, spread(places, cosines, correlation)))
