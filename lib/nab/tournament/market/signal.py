"""The planted signal: what the features of the synthetic market know about its returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

LINEAR_SHARE = 0.7
BINS = np.array([0.05, 0.25, 0.75, 0.95])


@dataclass(frozen=True)
class Signal:
    """Weights of the latent score: a linear part that sways over the eras, and products of two features."""

    linear: Array
    sway: Array
    phase: Array
    period: Array
    pairs: Array
    pair_weights: Array

    def latent(self, standard: Array, era: float) -> Array:
        """Return the score of each row, mean 0 and deviation 1 within the era."""
        weights = self.linear * (1 + self.sway * np.sin(self.phase + era / self.period))
        linear = unit(standard @ weights.astype(np.float32))
        products = standard[:, self.pairs[:, 0]] * standard[:, self.pairs[:, 1]]
        crossed = unit(products @ self.pair_weights.astype(np.float32))
        return unit(np.sqrt(LINEAR_SHARE) * linear + np.sqrt(1 - LINEAR_SHARE) * crossed)


def plant(seed: int, features: int, small: int) -> Signal:
    """Draw a signal; the first `small` features carry most of it."""
    rng = np.random.default_rng([seed, 1])
    strength = np.where(np.arange(features) < small, 1.0, 0.25)
    pairs = np.array([rng.choice(small, 2, replace=False) for _ in range(max(4, small // 4))])
    return Signal(
        linear=rng.standard_normal(features) * strength,
        sway=rng.uniform(0.1, 0.6, features),
        phase=rng.uniform(0, 2 * np.pi, features),
        period=rng.uniform(6, 30, features),
        pairs=pairs,
        pair_weights=rng.standard_normal(len(pairs)),
    )


def unit(values: Array) -> Array:
    """Centre and scale to deviation 1."""
    centred = values - values.mean(axis=0)
    return np.asarray(centred / centred.std(axis=0))


def standardised(features: Array) -> Array:
    """Turn bins 0 to 4 into values of mean 0 and deviation 1."""
    return (features.astype(np.float32) - np.float32(2)) / np.float32(np.sqrt(2))


def bins(rows: int) -> Array:
    """Return Numerai's five bins, 5/20/50/20/5 % of the rows, lowest first."""
    return np.searchsorted(BINS, (np.arange(rows) + 0.5) / rows, side="right") / 4.0


def binned(returns: Array) -> Array:
    """Sort each column of returns into the five bins."""
    made = np.empty(returns.shape)
    lowest_first = bins(len(returns)).reshape(-1, *[1] * (returns.ndim - 1))
    np.put_along_axis(made, np.argsort(returns, axis=0, kind="stable"), lowest_first, axis=0)
    return made
