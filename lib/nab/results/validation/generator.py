"""Null seasons: scores of entrants that are equally good, with the noise of real ones or worse.

Scores share a common factor, and neighbouring rounds their days. docs/methodology.md says what is known of real ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

ROUNDS = 260
HORIZON = 20
FACTOR = 0.32  # of the variance of MMC20 that all models have in common
TYPICAL_SD = 0.012  # of a paired difference
HALF_LIFE = 60  # rounds in which a slow change of quality halves
SLOW = 0.1  # of the variance
MISSED, OUTAGE, LATE_START = 0.08, 10, 40

CALIBRATED, WORST, SLOWLY = "calibrated", "worst case", "slow regime"


@dataclass(frozen=True)
class Cell:
    """A kind of season: how many entrants, which noise, whether rounds are missing, how far apart entrants are."""

    entrants: int
    noise: str
    missing: bool = False
    apart: float = 0.0  # half of the entrants are better by so much
    sd: float = TYPICAL_SD

    @property
    def name(self) -> str:
        """What the table calls it."""
        words = [f"{self.entrants} entrants", self.noise]
        if self.missing:
            words.append("rounds missing")
        if self.apart:
            words.append(f"exactly {self.apart:g} apart")
        return ", ".join(words)

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Every pair of entrants, by number."""
        return [(i, j) for i in range(self.entrants) for j in range(i + 1, self.entrants)]

    @property
    def means(self) -> Array:
        """How good each entrant truly is."""
        return np.where(np.arange(self.entrants) % 2 == 0, 0.0, self.apart)


@dataclass(frozen=True)
class Seasons:
    """Scores by season, entrant and round, and whether each was handed in."""

    scores: Array
    present: NDArray[np.bool_]


@lru_cache
def mixing(noise: str) -> Array:
    """Return what turns independent noise into that of neighbouring rounds: the Cholesky factor of its correlation."""
    lags = np.abs(np.subtract.outer(np.arange(ROUNDS), np.arange(ROUNDS)))
    shared = np.clip(1 - lags / HORIZON, 0.0, None)
    if noise != WORST:
        shared = np.where(lags == 0, 1.0, 0.877 * shared * 0.981**lags)
    if noise == SLOWLY:
        shared = (1 - SLOW) * shared + SLOW * 0.5 ** (lags / HALF_LIFE)
    return np.asarray(np.linalg.cholesky(shared + 1e-12 * np.eye(ROUNDS)), dtype=np.float64)


def simulate(cell: Cell, seasons: int, random: np.random.Generator) -> Seasons:
    """Make seasons. An entrant's own noise is such that a paired difference has the wanted spread."""
    mixed = random.standard_normal((seasons, cell.entrants + 1, ROUNDS)) @ mixing(cell.noise).T
    own = cell.sd / np.sqrt(2)
    loadings = random.standard_normal((seasons, cell.entrants, 1))
    common = own * (np.sqrt(FACTOR) * loadings * mixed[:, :1] + np.sqrt(1 - FACTOR) * mixed[:, 1:])
    noise = own * mixed[:, 1:] if cell.apart else common
    return Seasons(cell.means[None, :, None] + noise, presence(cell, seasons, random))


def presence(cell: Cell, seasons: int, random: np.random.Generator) -> NDArray[np.bool_]:
    """Say which rounds were handed in: 8 % missed, an outage of ten rounds each, one entrant 40 rounds late."""
    shape = (seasons, cell.entrants, ROUNDS)
    if not cell.missing:
        return np.ones(shape, dtype=bool)
    present = random.random(shape) >= MISSED
    begins = random.integers(0, ROUNDS - OUTAGE, (seasons, cell.entrants, 1))
    rounds = np.arange(ROUNDS)
    present &= (rounds < begins) | (rounds >= begins + OUTAGE)
    present[:, 0, :LATE_START] = False
    return present
