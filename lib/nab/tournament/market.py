"""The synthetic market: its sizes, names, eras and live universes, all functions of a seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nab.tournament import signal
from nab.tournament.schedule import FIRST_ROUND
from nab.tournament.signal import Array, Signal

GROUPS = 8
GROUP_SHARE = 0.25
ROUNDS_TO_A_NEW_MARKET = 10
EDGES = (-0.8416, -0.2533, 0.2533, 0.8416)
TARGETS = tuple(
    [
        "agnes",
        "alpha",
        "bravo",
        "caroline",
        "charlie",
        "claudia",
        "cyrusd",
        "delta",
        "echo",
        "ender",
        "jasper",
        "jeremy",
        "ralph",
        "rowan",
        "sam",
        "teager2b",
        "tyler",
        "victor",
        "waldo",
        "xerxes",
    ]
)
MAIN = TARGETS.index("ender")


@dataclass(frozen=True)
class Size:
    """How much data there is."""

    name: str
    train_eras: int
    validation_eras: int
    era_ids: int
    live_ids: int
    features: int
    medium: int
    small: int


SIZES = {
    "tiny": Size("tiny", 24, 18, 200, 300, 42, 30, 20),
    "demo": Size("demo", 120, 60, 1000, 3000, 200, 100, 42),
}


@dataclass(frozen=True)
class Era:
    """The rows of one past era, or, with targets unknown, of one live round."""

    ids: tuple[str, ...]
    features: Array
    latent: Array


@dataclass(frozen=True)
class LiveRound:
    """The universe of one round, in the order of its ids, with the returns that nobody knows yet."""

    number: int
    era: Era
    stocks: Array
    returns: Array

    def target(self, day: int) -> Array:
        """Return the target as it stands after that many days of returns."""
        return signal.binned(self.returns[:, day - 1])


@dataclass(frozen=True)
class Market:
    """A seed and a size; everything else follows."""

    seed: int
    size: Size

    @cached_property
    def signal(self) -> Signal:
        return signal.plant(self.seed, self.size.features, self.size.small)

    def era(self, number: int) -> Era:
        """Return past era 1, 2, ..."""
        rng = np.random.default_rng([self.seed, 2, number])
        features = in_bins(self.exposures(rng, self.size.era_ids))
        if number <= self.size.train_eras // 10:
            features[:, self.size.features - self.size.features // 20 :] = 2
        latent = self.signal.latent(signal.standardised(features), number)
        return Era(new_ids(rng, self.size.era_ids), features, latent)

    def targets(self, number: int, latent: Array) -> Array:
        """Return the targets of a past era: 20 names at 20 days, then the same at 60."""
        rng = np.random.default_rng([self.seed, 3, number])
        horizons = signal.horizon_returns(latent, rng)
        kinship = np.random.default_rng([self.seed, 4]).uniform(0.6, 0.95, len(TARGETS))
        kinship[MAIN] = 1.0
        noise = rng.standard_normal((2, len(latent), len(TARGETS)))
        columns = [
            h[:, None] * kinship + n * np.sqrt(1 - kinship**2) for h, n in zip(horizons, noise, strict=True)
        ]
        return signal.binned(np.hstack(columns)).astype(np.float32)

    def live(self, number: int) -> LiveRound:
        """Return a live round. Stocks stay and change slowly; their ids are new every round."""
        block, step = divmod(number, ROUNDS_TO_A_NEW_MARKET)
        share = step / ROUNDS_TO_A_NEW_MARKET
        old, new = (
            self.exposures(np.random.default_rng([self.seed, 5, b]), self.size.live_ids)
            for b in (block, block + 1)
        )
        mixed = ((1 - share) * old + share * new) / np.sqrt((1 - share) ** 2 + share**2)
        rng = np.random.default_rng([self.seed, 6, number])
        ids = new_ids(rng, self.size.live_ids)
        stocks = np.argsort(ids)
        features = in_bins(mixed)[stocks]
        era = self.size.train_eras + self.size.validation_eras + (number - FIRST_ROUND) / 5
        latent = self.signal.latent(signal.standardised(features), era)
        returns = signal.daily_cumulative_returns(latent, rng)
        return LiveRound(number, Era(tuple(sorted(ids)), features, latent), stocks, returns)

    def exposures(self, rng: np.random.Generator, rows: int) -> Array:
        """Draw normal exposures; features of a group are correlated."""
        own = rng.standard_normal((rows, self.size.features), dtype=np.float32)
        group = rng.standard_normal((rows, GROUPS), dtype=np.float32)
        shared = group[:, np.arange(self.size.features) % GROUPS]
        mixed: Array = np.float32(np.sqrt(1 - GROUP_SHARE)) * own + np.float32(np.sqrt(GROUP_SHARE)) * shared
        return mixed


def in_bins(exposures: Array) -> Array:
    """Cut normal exposures into five bins of equal weight, 0 to 4."""
    bins = np.zeros(exposures.shape, dtype=np.int8)
    for edge in EDGES:
        bins += exposures > np.float32(edge)
    return bins


def new_ids(rng: np.random.Generator, count: int) -> tuple[str, ...]:
    """Draw ids: n and fifteen hexadecimal digits."""
    return tuple(f"n{number:015x}" for number in rng.integers(0, 2**60, count))
