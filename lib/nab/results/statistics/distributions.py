"""Student's t, central and not, and the normal quantile, in plain Python: the core of a verdict needs no package."""

from __future__ import annotations

from functools import lru_cache
from itertools import count
from math import exp, fsum, inf, lgamma, log, log1p, pi, sqrt
from statistics import NormalDist

NORMAL = NormalDist()
TINY = 1e-300
PRECISE = 1e-16
MOST_TERMS = 10_000


def incomplete_beta(x: float, rest: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b); `rest` is 1 - x, which rounding must not lose.

    The continued fraction of DLMF 8.17.22 (https://dlmf.nist.gov/8.17), evaluated by the modified Lentz method as in
    Press et al., Numerical Recipes, 3rd ed., section 6.4.
    """
    if x <= 0 or rest <= 0:
        return 0.0 if x <= 0 else 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(rest))
    if x > (a + 1) / (a + b + 2):
        return 1 - front * fraction(rest, b, a) / b
    return front * fraction(x, a, b) / a


def fraction(x: float, a: float, b: float) -> float:
    """Evaluate the continued fraction of I_x(a, b)."""
    c, d = 1.0, 1 / away_from_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for coefficient in (even, odd):
            d = 1 / away_from_zero(1 + coefficient * d)
            c = away_from_zero(1 + coefficient / c)
            value *= c * d
        if abs(c * d - 1) <= PRECISE:
            break
    return value


def away_from_zero(value: float) -> float:
    """Keep a denominator from being zero."""
    return value if abs(value) > TINY else TINY


def two_sided(t: float, df: float) -> float:
    """Return the two-sided p value of a t statistic (DLMF 8.17; df need not be a whole number)."""
    whole = df + t * t
    return incomplete_beta(df / whole, t * t / whole, df / 2, 0.5)


def density(t: float, df: float) -> float:
    """Return the density of Student's t."""
    scale = lgamma((df + 1) / 2) - lgamma(df / 2) - log(df * pi) / 2
    return exp(scale - (df + 1) / 2 * log1p(t * t / df))


@lru_cache(maxsize=8192)
def critical(alpha: float, df: float) -> float:
    """Return t(1 - alpha/2, df): what |t| exceeds with probability alpha. Newton's method inside a bracket."""
    low, high = 0.0, 1.0
    while two_sided(high, df) > alpha:
        low, high = high, 2 * high
    t = (low + high) / 2
    for _ in range(200):
        excess = two_sided(t, df) - alpha
        low, high = (t, high) if excess > 0 else (low, t)
        step = excess / (2 * density(t, df))
        following = t + step if low < t + step < high else (low + high) / 2
        if abs(following - t) <= 4 * PRECISE * t:
            return following
        t = following
    return t


def normal_critical(alpha: float) -> float:
    """Return z(1 - alpha/2)."""
    return NORMAL.inv_cdf(1 - alpha / 2)


def noncentral_below(t: float, df: float, noncentrality: float) -> float:
    """Return P(T <= t) of the noncentral t distribution.

    The series of Lenth (1989), Algorithm AS 243, Applied Statistics 38, 185-189.
    """
    if t < 0:
        return 1 - noncentral_below(-t, df, -noncentrality)
    half = noncentrality * noncentrality / 2
    x, rest = t * t / (t * t + df), df / (t * t + df)
    poisson = exp(-half)
    other = noncentrality * exp(-half) * sqrt(2 / pi)
    terms = []
    for j in count():
        terms.append(poisson * incomplete_beta(x, rest, j + 0.5, df / 2))
        terms.append(other * incomplete_beta(x, rest, j + 1.0, df / 2))
        if j > half and max(poisson, abs(other)) <= PRECISE:
            break
        poisson *= half / (j + 1)
        other *= half / (j + 1.5)
    return NORMAL.cdf(-noncentrality) + fsum(terms) / 2


def power(noncentrality: float, alpha: float, df: float) -> float:
    """Return how often a two-sided t test at alpha rejects."""
    if noncentrality == inf:
        return 1.0
    edge = critical(alpha, df)
    return 1 - noncentral_below(edge, df, noncentrality) + noncentral_below(-edge, df, noncentrality)
