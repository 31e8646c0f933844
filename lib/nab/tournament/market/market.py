"""The synthetic market: its sizes, past eras and live rounds, all functions of a seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from nab.tournament.market import securities, signal
from nab.tournament.market.securities import WEEK, Securities
from nab.tournament.market.signal import Array
from nab.tournament.rounds.schedule import FIRST_ROUND, LONG_DAYS, SHORT_DAYS

TARGETS = (
    *("agnes", "alpha", "bravo", "caroline", "charlie", "claudia", "cyrusd", "delta", "echo", "ender"),
    *("jasper", "jeremy", "ralph", "rowan", "sam", "teager2b", "tyler", "victor", "waldo", "xerxes"),
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

    @property
    def eras(self) -> int:
        return self.train_eras + self.validation_eras


# The columns of full-shape are v5.3's, the live ids about those of a round of August 2026.
SIZES = {
    "tiny": Size("tiny", 24, 18, 200, 300, 42, 30, 20),
    "demo": Size("demo", 240, 124, 2000, 3000, 240, 120, 42),
    "full-shape": Size("full-shape", 40, 30, 5500, 7000, 3555, 780, 42),
}


def with_eras(size: Size, train: int, validation: int) -> Size:
    """Return the size with another number of past eras."""
    return replace(size, train_eras=train, validation_eras=validation)


@dataclass(frozen=True)
class Era:
    """The rows of one past era or live round; the features are those of the medium set."""

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
    def securities(self) -> Securities:
        return Securities(self.seed, self.size.live_ids, self.size.medium, self.size.small)

    @cached_property
    def kinship(self) -> Array:
        """How much of each target is the main one."""
        kinship = np.random.default_rng([self.seed, 4]).uniform(0.6, 0.95, len(TARGETS))
        kinship[MAIN] = 1.0
        return kinship.astype(np.float32)

    def week(self, era: int) -> int:
        """Return the week of a past era; the newest is the week before the first round."""
        return FIRST_ROUND // WEEK + era - self.size.eras - 1

    def era(self, number: int) -> Era:
        """Return past era 1, 2, ...: the older part of the market, on the first day of a week."""
        rng, rows = np.random.default_rng([self.seed, 2, number]), self.size.era_ids
        week = self.week(number)
        return Era(
            new_ids(rng, rows),
            self.securities.features(week * WEEK)[:rows],
            securities.latent_of_week(self.securities, week)[:rows],
        )

    def other_features(self, day: int, rows: int) -> Array:
        """Return the features beyond the medium set; they say nothing about returns."""
        shape = (rows, self.size.features - self.size.medium)
        return securities.features(self.seed, 1, day, shape)

    def past_features(self, number: int, era: Era) -> Array:
        """Return all features of a past era; the newest features did not exist in the first eras."""
        made = np.hstack([era.features, self.other_features(self.week(number) * WEEK, self.size.era_ids)])
        if number <= self.size.train_eras // 10:
            made[:, self.size.features - self.size.features // 20 :] = 2
        return made

    def targets(self, number: int) -> Array:
        """Return the targets of a past era: 20 names at 20 days, then the same at 60."""
        week, rows, columns = self.week(number), self.size.era_ids, []
        returns = self.securities.cumulative_returns(week * WEEK, LONG_DAYS)[:rows]
        for days in (SHORT_DAYS, LONG_DAYS):
            weeks = range(week, week + days // WEEK)
            odd = sum(securities.oddities_of_week(self.securities, w, len(TARGETS))[:rows] for w in weeks)
            common = returns[:, [days - 1]] / np.float32(np.sqrt(days)) * self.kinship
            columns.append(common + odd / np.float32(np.sqrt(len(weeks))) * np.sqrt(1 - self.kinship**2))
        return signal.binned(np.hstack(columns)).astype(np.float32)

    def live(self, number: int) -> LiveRound:
        """Return a live round. Securities stay, and so do their returns; their ids are new every round."""
        rng = np.random.default_rng([self.seed, 6, number])
        ids = new_ids(rng, self.size.live_ids)
        stocks = np.argsort(ids)
        features = self.securities.features(number)[stocks]
        latent = self.securities.signal.latent(signal.standardised(features), number / WEEK)
        returns = self.securities.cumulative_returns(number, LONG_DAYS)[stocks]
        return LiveRound(number, Era(tuple(sorted(ids)), features, latent), stocks, returns)


def new_ids(rng: np.random.Generator, count: int) -> tuple[str, ...]:
    """Draw ids: n and fifteen hexadecimal digits."""
    return tuple(f"n{number:015x}" for number in rng.integers(0, 2**60, count))
