"""What predictions on sealed eras are worth, by Numerai's own scoring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from numerai_tools.scoring import correlation_contribution, numerai_corr

from nab.core.replay.cut import LONG_DAYS, SHORT_DAYS
from nab.core.replay.leaks import EraScore
from nab.tournament.replay.cutting import CutFolder

META = "numerai_meta_model"
TARGETS = {SHORT_DAYS: "target_ender_20", LONG_DAYS: "target_ender_60"}
CONTRIBUTION = "MMC"


@dataclass(frozen=True)
class Scored:
    """A run's scores by the metric that it was asked for, and its CORR for the check of what is too good."""

    scores: dict[int, float]
    corr: tuple[EraScore, ...]


def truth_of(folder: CutFolder) -> dict[int, pd.DataFrame]:
    """Read the sealed eras' targets and meta model, by era."""
    table = pd.read_parquet(folder.truth).set_index("id")
    return {int(str(era)): rows for era, rows in table.groupby("era", sort=True)}


def scored(
    predictions: Mapping[int, pd.Series[float]], truth: Mapping[int, pd.DataFrame], metric: str, days: int
) -> Scored:
    """Score a run's predictions, by era. `metric` is Numerai's title: MMC20, CORR20, MMC60 or CORR60.

    An era whose target, or where it is asked for whose meta model, is unknown has no score.
    """
    scores, corr = {}, []
    for era, given in sorted(predictions.items()):
        rows = truth.get(era)
        if rows is None:
            continue
        if (one := correlation(given, rows, SHORT_DAYS)) is not None:
            corr.append(EraScore(era, one, len(given)))
        of_metric = contribution if metric.startswith(CONTRIBUTION) else correlation
        if (value := of_metric(given, rows, days)) is not None:
            scores[era] = value
    return Scored(scores, tuple(corr))


def correlation(given: pd.Series[float], rows: pd.DataFrame, days: int) -> float | None:
    """Return CORR of one era; None where there is none."""
    known = rows[TARGETS[days]].dropna()
    both = given.reindex(known.index).dropna()
    if len(both) < len(known) or both.nunique() < 2:
        return None
    return float(numerai_corr(both.to_frame("prediction"), known).iloc[0])


def contribution(given: pd.Series[float], rows: pd.DataFrame, days: int) -> float | None:
    """Return MMC of one era; None where the target or the meta model is unknown."""
    known = rows[[TARGETS[days], META]].dropna()
    both = given.reindex(known.index).dropna()
    if known.empty or len(both) < len(known) or both.nunique() < 2:
        return None
    found = correlation_contribution(both.to_frame("prediction"), known[META], known[TARGETS[days]])
    return float(found.iloc[0])
