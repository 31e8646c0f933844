"""Shares and sums of trials: Clopper and Pearson's interval, exact tails of unequal trials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, fsum

from nab.results.statistics.distributions import incomplete_beta

STEPS = 60  # halvings of an interval of 1: more than a float can tell apart


@dataclass(frozen=True)
class Share:
    """So many of so many, with the exact 95 % interval of the share."""

    hits: int
    of: int
    lo: float
    hi: float

    @property
    def value(self) -> float | None:
        return self.hits / self.of if self.of else None

    @property
    def words(self) -> str:
        """Say it: 38 of 40 (.95, .83 to .99)."""
        if self.value is None:
            return "none of none"
        return f"{self.hits} of {self.of} ({self.value:.2f}, {self.lo:.2f} to {self.hi:.2f})"


def share(hits: int, of: int, alpha: float = 0.05) -> Share:
    """Return a share with its interval (Clopper and Pearson 1934, Biometrika 26, 404-413)."""
    lo = beta_quantile(alpha / 2, hits, of - hits + 1) if hits else 0.0
    hi = beta_quantile(1 - alpha / 2, hits + 1, of - hits) if hits < of else 1.0
    return Share(hits, of, lo, hi)


def beta_quantile(p: float, a: float, b: float) -> float:
    """Return where the beta distribution has p below it, by halving."""
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        x = (low + high) / 2
        if incomplete_beta(x, 1 - x, a, b) < p:
            low = x
        else:
            high = x
    return (low + high) / 2


def at_least(hits: int, chances: Sequence[float]) -> float:
    """Return how likely so many successes or more are, of independent trials with these chances (Poisson-binomial)."""
    found = [1.0]
    for chance in chances:
        stay, rise = [one * (1 - chance) for one in found], [one * chance for one in found]
        found = [a + b for a, b in zip([*stay, 0.0], [0.0, *rise], strict=True)]
    return min(1.0, fsum(found[hits:])) if hits > 0 else 1.0


def sign_test(some: int, others: int) -> float:
    """Return the two-sided p of so many against so many, where either is as likely as the other."""
    n, most = some + others, max(some, others)
    if not n:
        return 1.0
    return min(1.0, 2 * fsum(comb(n, k) for k in range(most, n + 1)) / 2.0**n)
