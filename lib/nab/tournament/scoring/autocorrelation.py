"""How scores of neighbouring rounds agree: what is compared between simulated and real participants."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from nab.tournament.market.signal import Array

LAGS = (1, 2, 5, 10, 15, 19, 20, 30)
# Of paired MMC20 differences in vladthestaker's public score history, rounds 843-1182: the 171 pairs of the 19 models
# that have at least 95 % of the rounds and are no copy of another. Half of all real pairs lie between the quartiles.
# They are far apart because 340 rounds hold only 17 windows of 20 days without overlap.
REAL_LOWER_QUARTILE = (0.809, 0.710, 0.519, 0.248, 0.055, -0.060, -0.096, -0.178)
REAL_MEDIAN = (0.833, 0.751, 0.582, 0.336, 0.121, 0.000, -0.025, -0.085)
REAL_UPPER_QUARTILE = (0.861, 0.790, 0.635, 0.410, 0.238, 0.131, 0.105, 0.072)
FEWEST_ROUNDS = 0.95
SAME = 1e-5


def of_pairs(scores: pd.DataFrame) -> Array:
    """Return pairs by lags: the autocorrelation of each paired difference; a column per model, a row per round."""
    pairs = combinations(scores.to_numpy(dtype=np.float64).T, 2)
    return np.array([of_series(one - other) for one, other in pairs])


def of_series(series: Array) -> list[float]:
    """Return the autocorrelation at each lag; a missed round is NaN."""
    centred = series - np.nanmean(series)
    variance = np.nanmean(centred**2)
    return [float(np.nanmean(centred[lag:] * centred[:-lag]) / variance) for lag in LAGS]


def median_correlation(scores: pd.DataFrame) -> float:
    """Return the median correlation of two models' scores."""
    correlations = scores.corr().to_numpy()
    return float(np.median(correlations[np.triu_indices_from(correlations, 1)]))


def read(path: Path, rounds: int) -> pd.DataFrame:
    """Read a table of scores, the round number first and then a column per model; keep its first rounds."""
    return without_copies(pd.read_csv(path, index_col=0).iloc[:rounds])


def without_copies(scores: pd.DataFrame) -> pd.DataFrame:
    """Keep the models that took part nearly always, and of several with the same predictions the first."""
    kept: list[str] = []
    for name in scores.columns[scores.notna().mean() >= FEWEST_ROUNDS]:
        if all((scores[name] - scores[other]).abs().median() > SAME for other in kept):
            kept.append(name)
    return scores[kept]


def comparison(simulated: pd.DataFrame, real: pd.DataFrame) -> str:
    """Return a table of both, to read."""
    ours, theirs = np.median(of_pairs(simulated), axis=0), of_pairs(real)
    low, middle, high = np.percentile(theirs, [25, 50, 75], axis=0)
    lines = ["lag   simulated   real   middle half of real pairs"]
    rows = zip(LAGS, ours, middle, low, high, strict=True)
    lines += [f"{lag:3}   {a:9.3f} {b:6.3f}   {c:6.3f} to {d:6.3f}" for lag, a, b, c, d in rows]
    correlations = median_correlation(simulated), median_correlation(real)
    lines += [
        f"models: {simulated.shape[1]} simulated, {real.shape[1]} real without copies",
        f"rounds: {len(simulated)} simulated, {len(real)} real",
        "median correlation of two models' scores: {:.2f} simulated, {:.2f} real".format(*correlations),
    ]
    return "\n".join(lines)
