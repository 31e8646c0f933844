"""Numerai's scores. What depends on predictions alone is worked out once a round; a day is then cheap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numerai_tools.scoring import (
    gaussian,
    orthogonalize,
    tie_kept_rank,
    tie_kept_rank__gaussianize__neutralize__variance_normalize,
    tie_kept_rank__gaussianize__pow_1_5,
)

from nab.tournament.market.signal import Array
from nab.tournament.rounds.schedule import LONG_DAYS, SHORT_DAYS

CORR20, MMC20, CORR60, MMC60 = "v2_corr20", "mmc", "corr60", "mmc60"
BMC20, FNC20, WITH_META = "bmc", "fnc_v3", "corr_w_meta_model"
FINAL_DAY = {
    CORR20: SHORT_DAYS,
    MMC20: SHORT_DAYS,
    BMC20: SHORT_DAYS,
    FNC20: SHORT_DAYS,
    WITH_META: SHORT_DAYS,
    CORR60: LONG_DAYS,
    MMC60: LONG_DAYS,
}
METRICS = tuple(FINAL_DAY)


@dataclass(frozen=True)
class Entries:
    """Everyone's predictions for one round, rows sorted by id, and what they are measured against."""

    predictions: pd.DataFrame
    meta_model: pd.Series[float]
    benchmark: pd.Series[float]
    neutralizers: pd.DataFrame


@dataclass(frozen=True)
class Prepared:
    """One round's predictions in the shapes that the daily scores need, a column per model."""

    names: tuple[str, ...]
    shaped: Array
    feature_neutral: Array
    beyond_meta: Array
    beyond_benchmark: Array
    with_meta: Array


def prepare(entries: Entries) -> Prepared:
    """Rank, shape and orthogonalize a round's predictions, once."""
    ranks = tie_kept_rank(entries.predictions)
    normal = gaussian(ranks).to_numpy()
    shaped = directions(tie_kept_rank__gaussianize__pow_1_5(entries.predictions).to_numpy())
    neutral = tie_kept_rank__gaussianize__neutralize__variance_normalize(
        entries.predictions, entries.neutralizers
    )
    return Prepared(
        names=tuple(entries.predictions.columns),
        shaped=shaped,
        feature_neutral=directions(tie_kept_rank__gaussianize__pow_1_5(neutral).to_numpy()),
        beyond_meta=orthogonalize(normal, normals(entries.meta_model)),
        beyond_benchmark=orthogonalize(normal, normals(entries.benchmark)),
        with_meta=shaped.T @ directions(entries.meta_model.to_numpy()),
    )


def normals(predictions: pd.Series[float]) -> Array:
    """Rank and gaussianize one model's predictions."""
    return np.asarray(gaussian(tie_kept_rank(predictions.to_frame())).iloc[:, 0].to_numpy())


def directions(values: Array) -> Array:
    """Centre each column and scale it to length 1, so that a product of two is their correlation."""
    centred = values - values.mean(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(centred / np.sqrt((centred**2).sum(axis=0)))


def correlations(shaped: Array, target: Array) -> Array:
    """CORR of each column, as numerai_corr has it."""
    centred = target - target.mean()
    return np.asarray(shaped.T @ directions(np.sign(centred) * np.abs(centred) ** 1.5))


def contributions(neutral: Array, target: Array) -> Array:
    """MMC (or BMC) of each column, as correlation_contribution has it: targets count 0 to 4."""
    bins = target * 4 if ((target >= 0) & (target <= 1)).all() else target
    return np.asarray((bins - bins.mean()) @ neutral / len(target))


def score(prepared: Prepared, target: Array, day: int) -> dict[str, Array]:
    """Return every metric that is still being scored on that day, a value per model."""
    corr = partial(correlations, prepared.shaped, target)
    metrics: dict[str, Callable[[], Array]] = {
        CORR20: corr,
        MMC20: partial(contributions, prepared.beyond_meta, target),
        BMC20: partial(contributions, prepared.beyond_benchmark, target),
        FNC20: partial(correlations, prepared.feature_neutral, target),
        WITH_META: lambda: prepared.with_meta,
        CORR60: corr,
        MMC60: partial(contributions, prepared.beyond_meta, target),
    }
    return {name: measure() for name, measure in metrics.items() if day <= FINAL_DAY[name]}


def percentiles(values: Array) -> Array:
    """Return for each value the share of the others below it, a tie counting half; 0 lowest, 1 highest.

    A model without a score (NaN) has no percentile and is not one of the others.
    """
    scored = np.isfinite(values)
    if scored.sum() < 2:
        return np.where(scored, 1.0, np.nan)
    ranks = pd.Series(values).rank(method="average")
    return np.asarray((ranks - 1) / (scored.sum() - 1))


def places(values: Array) -> Array:
    """Return each value's rank, 1 the highest; equals share the better rank."""
    return np.asarray(pd.Series(values).rank(method="min", ascending=False))
