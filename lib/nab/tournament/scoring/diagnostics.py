"""Diagnostics: what an uploaded file of validation predictions is worth, era by era."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
from msgspec.structs import replace
from numerai_tools.scoring import correlation_contribution, numerai_corr

from nab.tournament.bodies import LARGEST_UPLOAD
from nab.tournament.market.dataset import VERSION
from nab.tournament.market.signal import Array
from nab.tournament.scoring import prediction_file, scoring
from nab.tournament.scoring.prediction_file import Invalid
from nab.tournament.store import Store

KEPT_JOBS = 500
BENCHMARK = "v53_lgbm_ender60"


class Progress(StrEnum):
    """Where a job stands, in Numerai's words."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    ERROR = "error"


class Job(msgspec.Struct, frozen=True):
    """One uploaded file and, once done, its scores per era."""

    id: str
    model: str
    filename: str
    inserted_at: datetime
    updated_at: datetime
    progress: Progress = Progress.QUEUED
    message: str | None = None
    eras: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Diagnostics:
    """All jobs, oldest first; old ones are forgotten."""

    store: Store

    def put(self, job: Job) -> None:
        """Keep a job as it is now."""
        content = msgspec.json.encode(job).decode()
        with self.store.transaction():
            self.store.change(
                """INSERT INTO jobs (id, model, progress, content) VALUES (?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET progress = excluded.progress, content = excluded.content""",
                (job.id, job.model, job.progress.value, content),
            )
            self.store.change(
                "DELETE FROM jobs WHERE place <= (SELECT max(place) FROM jobs) - ?", (KEPT_JOBS,)
            )

    def of(self, model: str, job: str | None) -> list[Job]:
        """Return a model's jobs, newest first, or only the one asked for."""
        statement = "SELECT content FROM jobs WHERE model = ? AND (? IS NULL OR id = ?) ORDER BY place DESC"
        return [decoded(content) for (content,) in self.store.rows(statement, (model, job, job))]

    def waiting(self) -> list[Job]:
        """Return the jobs to be done; one that runs while nobody does it was left behind."""
        statement = "SELECT content FROM jobs WHERE progress IN (?, ?) ORDER BY place"
        both = (Progress.QUEUED.value, Progress.RUNNING.value)
        return [decoded(content) for (content,) in self.store.rows(statement, both)]

    def stall(self, now: datetime) -> None:
        """Let every waiting job run, and never end."""
        for job in self.waiting():
            if job.progress is Progress.QUEUED:
                self.put(replace(job, progress=Progress.RUNNING, updated_at=now))

    def step(self, dataset: Path, files: Path, now: datetime) -> bool:
        """Run the oldest waiting job. Say whether there was one."""
        waiting = self.waiting()
        if not waiting:
            return False
        job = replace(waiting[0], progress=Progress.RUNNING, updated_at=now)
        self.put(job)
        try:
            eras = tuple(measure(job, dataset, files))
        except Invalid as error:
            self.put(replace(job, progress=Progress.ERROR, message=str(error)))
        else:
            self.put(replace(job, progress=Progress.DONE, eras=eras))
        return True


def decoded(content: str) -> Job:
    """Read a job as it was kept."""
    return msgspec.json.decode(content, type=Job)


@dataclass(frozen=True)
class EraTruth:
    """The validation rows of an era whose target is known: target and benchmark; the small features, as directions."""

    rows: pd.DataFrame
    features: Array
    example: float | None  # CORR of the example model


@lru_cache(maxsize=1)
def answers(dataset: Path) -> dict[str, EraTruth]:
    """Return what predictions are measured against, by era."""
    files = dataset / VERSION
    small = json.loads((files / "features.json").read_text(encoding="utf-8"))["feature_sets"]["small"]
    known = pd.read_parquet(files / "validation.parquet", columns=["era", "target", *small])
    benchmark = pd.read_parquet(files / "validation_benchmark_models.parquet", columns=[BENCHMARK])
    example = pd.read_parquet(files / "validation_example_preds.parquet", columns=["prediction"])
    table = known.join(benchmark).join(example).dropna()
    return {
        str(era): EraTruth(
            rows[["target", BENCHMARK]],
            scoring.directions(rows[small].to_numpy(dtype=np.float64)),
            first(numerai_corr(rows[["prediction"]], rows["target"])),
        )
        for era, rows in table.groupby("era")
    }


def measure(job: Job, dataset: Path, files: Path) -> list[dict[str, Any]]:
    """Return the scores of each era. Raises Invalid for a file that cannot be scored."""
    truth = answers(dataset)
    submission = prediction_file.read(files / job.filename, job.filename, LARGEST_UPLOAD)
    ids = [id for era in truth.values() for id in era.rows.index]
    values = prediction_file.predictions_of(submission, ids)
    predictions = pd.DataFrame({"prediction": values}, index=ids)
    return [of_era(era, predictions.loc[found.rows.index], found) for era, found in truth.items()]


def of_era(era: str, predictions: pd.DataFrame, truth: EraTruth) -> dict[str, Any]:
    """Return one era's scores; what Numerai is not known to give, MMC above all, is not among them."""
    rows = truth.rows
    ranks = scoring.directions(predictions.rank().to_numpy())
    exposures = np.nan_to_num(np.abs(truth.features.T @ ranks), nan=-1.0)
    return {
        "era": era,
        "validationCorr": first(numerai_corr(predictions, rows["target"])),
        "validationBmc": first(correlation_contribution(predictions, rows[BENCHMARK], rows["target"])),
        "validationFeatureCorrMax": float(exposures.max()) if exposures.max() >= 0 else None,
        "examplePredsCorr": truth.example,
    }


def first(scores: pd.Series[float]) -> float | None:
    """Return the only score; a constant prediction has none."""
    return None if pd.isna(scores.iloc[0]) else float(scores.iloc[0])


def summary(job: Job) -> dict[str, Any]:
    """Return the aggregates over the eras."""
    if not job.eras:
        return {}
    table = pd.DataFrame(list(job.eras))[["validationCorr", "validationBmc"]].astype("float64")
    totals = table.cumsum()
    drawdown = (totals["validationCorr"].cummax() - totals["validationCorr"]).max()
    found: dict[str, Any] = {"erasAcceptedCount": len(table), "validationMaxDrawdown": -float(drawdown)}
    # Eras that an older version of this program has scored have neither.
    others = pd.DataFrame(list(job.eras)).reindex(columns=["validationFeatureCorrMax", "examplePredsCorr"])
    found["validationFeatureCorrMax"] = first(others[["validationFeatureCorrMax"]].astype("float64").mean())
    found["examplePredsCorrMean"] = first(others[["examplePredsCorr"]].astype("float64").mean())
    for name in table:
        found |= {
            f"{name}Mean": float(table[name].mean()),
            f"{name}Std": float(table[name].std(ddof=0)),
            f"{name}Sharpe": float(table[name].mean() / table[name].std(ddof=0)),
        }
    return found
