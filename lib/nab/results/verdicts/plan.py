"""What a season can show: how much its looks know, and how many rounds a gap needs, as tables."""

from __future__ import annotations

from math import inf, sqrt

from nab.core.text.tables import table
from nab.results.statistics import distributions
from nab.results.statistics.overlap import mean_design
from nab.results.statistics.power import POWER, rounds_needed
from nab.results.verdicts.registration import ALPHAS, LOOKS

SDS = (0.007, 0.012, 0.015)  # of a paired MMC20 difference in one round: alike, typical, unlike
GAPS = (0.003, 0.005, 0.0075, 0.010, 0.015)


def looks(pairs: int, sd: float) -> str:
    """Return what each look knows: independent rounds, and how wide its interval is among so many pairs."""
    rows = []
    for n, alpha in zip(LOOKS, ALPHAS, strict=True):
        design = mean_design(range(n))
        error = sd / sqrt(design.n_eff)
        half = [distributions.critical(level, design.df) * error for level in (alpha / pairs, 0.05)]
        cells = (f"{alpha:g}", f"{design.n_eff:.1f}", f"{design.df:.1f}", *(f"{one:.4f}" for one in half))
        rows.append((str(n), *cells))
    return table(("shared rounds", "alpha", "n_eff", "df", "half width", "of one pair, .05"), rows)


def needed(alpha: float) -> str:
    """Return how many shared rounds each gap needs, by the spread of a paired difference."""
    rows = [
        (f"{gap:g}", *(str(rounds_needed(gap, sd, alpha)) for sd in SDS), f"{smallest(gap):.0f}")
        for gap in GAPS
    ]
    return table(("gap", *(f"SD {sd:g}" for sd in SDS), "without overlap, SD .012"), rows)


def smallest(gap: float, sd: float = 0.012) -> float:
    """Return how many rounds would do if they shared no days: the textbook's (z + z)^2 sd^2 / gap^2."""
    z = distributions.normal_critical(0.05) + distributions.NORMAL.inv_cdf(POWER)
    return (z * sd / gap) ** 2 if gap else inf


def told(pairs: int, sd: float) -> str:
    """Write both tables."""
    return "\n\n".join(
        (
            f"What a look knows among {pairs} pairs, with SD {sd:g} of a paired difference in a round:",
            looks(pairs, sd),
            f"Shared rounds for power {POWER:g} at .05, one pair, one look:",
            needed(0.05),
            f"The same at the last look among {pairs} pairs, alpha {ALPHAS[-1]:g}/{pairs}:",
            needed(ALPHAS[-1] / pairs),
        )
    )
