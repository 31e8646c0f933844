"""What a round pays: which scores, how often counted, against which target. One line a regime."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nab.tournament.scoring.scoring import CORR20, CORR60, MMC20, MMC60


@dataclass(frozen=True)
class Regime:
    """The rules from one round on, until the next regime begins."""

    first: int
    target: str
    multipliers: Mapping[str, float]
    stake_threshold: float | None
    clip: float

    def payout_factor(self, at_risk: float) -> float:
        """Return how much of a score is paid when that much is staked on a round."""
        if self.stake_threshold is None or at_risk <= 0:
            return 1.0
        return min(1.0, self.stake_threshold / at_risk)

    def round_return(self, scores: Mapping[str, float | None], factor: float) -> float | None:
        """Return the share of a stake that is paid or burnt; None before every paying score is there."""
        found = [(scores.get(metric), multiplier) for metric, multiplier in self.multipliers.items()]
        if any(value is None for value, _ in found):
            return None
        total = factor * sum(multiplier * value for value, multiplier in found if value is not None)
        return max(-self.clip, min(self.clip, total))


# By opening date: 2024-01-02, 2026-01-01 and 2026-08-28.
REGIMES = (
    Regime(1, "target_cyrusd_20", {CORR20: 0.5, MMC20: 2.0}, stake_threshold=72_000, clip=0.05),
    Regime(1172, "target_ender_20", {CORR20: 0.75, MMC20: 2.25}, stake_threshold=72_000, clip=0.05),
    Regime(1343, "target_ender_60", {CORR60: 3.0, MMC60: 15.0}, stake_threshold=None, clip=1.0),
)


def regime(number: int) -> Regime:
    """Return the rules of a round."""
    return next((one for one in reversed(REGIMES) if one.first <= number), REGIMES[0])
