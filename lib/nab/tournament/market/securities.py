"""The securities of the synthetic market: what they look like, and what they return each trading day.

A trading day is numbered as the round that opens on it. Nothing is simulated from the start: any day is drawn by
itself from the seed, so that a round costs the same however long the tournament has run.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from nab.tournament.market import signal
from nab.tournament.market.signal import Array, Signal

# With these two, features of rounds k days apart agree as 1 - k/56 for k up to 30. Overlapping returns and targets in
# five bins do the rest: paired differences of scores then have the autocorrelation of real ones at every lag.
LIFE_DAYS = 480
REPORT_DAYS = 30
LIFE, REPORT = "life", "report"
CYCLES = {LIFE: LIFE_DAYS, REPORT: REPORT_DAYS}
GROUPS = 8
# Of 256 byte values, 121 copy the bin of the feature's group and 27 stand for each of the five bins.
COPIES = 121
OWN_BIN = np.repeat(np.arange(-1, 5, dtype=np.int8), [COPIES, 27, 27, 27, 27, 27])
WEEK = 5
RETURNS_LAG = 2
DAILY_EDGE = 0.0125
BEFORE_THE_FIRST_ROUND = 20_000


@dataclass(frozen=True)
class Securities:
    """Slots that hold a security for two years each; `modelled` features carry the planted signal."""

    seed: int
    slots: int
    modelled: int
    small: int

    @cached_property
    def signal(self) -> Signal:
        return signal.plant(self.seed, self.modelled, self.small)

    def features(self, day: int) -> Array:
        """Return the modelled features of every slot on a day, in bins 0 to 4."""
        return features(self.seed, 0, day, (self.slots, self.modelled))

    def cumulative_returns(self, day: int, days: int) -> Array:
        """Return slots by days: the sum of daily returns so far, for a round that opens on that day."""
        first = day + 1 + RETURNS_LAG
        daily = np.column_stack([returns_on(self, first + later) for later in range(days)])
        return np.cumsum(daily, axis=1, dtype=np.float32)


def features(seed: int, stream: int, day: int, shape: tuple[int, int]) -> Array:
    """Return features of a day: every second one stays as long as the security, the rest until its next report.

    Fewer rows are the first of more rows.
    """
    made = np.empty(shape, dtype=np.int8)
    for place, cycle in enumerate(CYCLES):
        width = len(range(place, shape[1], 2))
        phase = phases(seed, shape[0]) % CYCLES[cycle]
        numbers = (day + BEFORE_THE_FIRST_ROUND + phase) // CYCLES[cycle]
        older, newer = (drawn(seed, stream, cycle, int(numbers.min()) + i, (shape[0], width)) for i in (0, 1))
        made[:, place::2] = np.where((numbers == numbers.min())[:, None], older, newer)
    return made


@lru_cache(maxsize=4)
def phases(seed: int, slots: int) -> Array:
    """Return on which day of the cycle each slot gets a new security; its reports keep step."""
    return np.random.default_rng([seed, 10]).integers(0, LIFE_DAYS, slots)


# A day needs four: two cycles, each with the draw that ends and the one that begins.
@lru_cache(maxsize=12)
def drawn(seed: int, stream: int, cycle: str, number: int, shape: tuple[int, int]) -> Array:
    """Draw the bins of one cycle; features of a group often agree."""
    key = [seed, 11, stream, CYCLES[cycle], number]
    rows, width = shape
    groups = np.random.default_rng([*key, 1]).integers(0, 5, (rows, GROUPS), dtype=np.int8)
    raw = np.frombuffer(np.random.default_rng([*key, 2]).bytes(rows * width), dtype=np.uint8)
    own = OWN_BIN[raw.reshape(shape)]
    return np.where(own < 0, groups[:, np.arange(width) % GROUPS], own)


@lru_cache(maxsize=32)
def latent_of_week(securities: Securities, week: int) -> Array:
    """Return what the features of a week's first day say about its returns."""
    standard = signal.standardised(securities.features(week * WEEK))
    return securities.signal.latent(standard, week).astype(np.float32)


@lru_cache(maxsize=256)
def returns_on(securities: Securities, day: int) -> Array:
    """Return every slot's return of one trading day, the same for all rounds that it counts for."""
    rng = np.random.default_rng([securities.seed, 12, day + BEFORE_THE_FIRST_ROUND])
    noise = rng.standard_normal(securities.slots, dtype=np.float32)
    return np.float32(DAILY_EDGE) * latent_of_week(securities, day // WEEK) + noise


@lru_cache(maxsize=32)
def oddities_of_week(securities: Securities, week: int, kinds: int) -> Array:
    """Return what the kinds of target make of a week that the others do not, deviation 1."""
    rng = np.random.default_rng([securities.seed, 13, week + BEFORE_THE_FIRST_ROUND])
    return rng.standard_normal((securities.slots, kinds), dtype=np.float32)
