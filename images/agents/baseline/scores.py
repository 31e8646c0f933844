"""Numerai's CORR, by era."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata


def corr(predictions: np.ndarray, targets: np.ndarray) -> float:
    """Return the correlation that Numerai pays on: both sides emphasise their tails."""
    ranks = (rankdata(predictions) - 0.5) / len(predictions)
    shaped = emphasised(ndtri(ranks))
    return float(np.corrcoef(shaped, emphasised(targets - targets.mean()))[0, 1])


def emphasised(values: np.ndarray) -> np.ndarray:
    """Raise to the power of 1.5, keeping the sign."""
    return np.sign(values) * np.abs(values) ** 1.5


def summary(by_era: Iterable[float]) -> dict[str, float]:
    """Return mean, standard deviation and Sharpe ratio of the eras' scores."""
    values = np.fromiter(by_era, dtype=float)
    mean, spread = float(values.mean()), float(values.std(ddof=1))
    return {"mean": mean, "std": spread, "sharpe": mean / spread if spread else 0.0, "eras": len(values)}
