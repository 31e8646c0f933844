"""Diagnostics: what an uploaded file of validation predictions is worth, era by era."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import pandas as pd
from numerai_tools.scoring import correlation_contribution, numerai_corr

from nab.tournament import prediction_file
from nab.tournament.dataset import VERSION
from nab.tournament.prediction_file import Invalid

BENCHMARK = "v53_lgbm_ender60"


class Progress(StrEnum):
    """Where a job stands, in Numerai's words."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    ERROR = "error"


@dataclass(frozen=True)
class Job:
    """One uploaded file and, once done, its scores per era."""

    id: str
    model: str
    filename: str
    path: Path
    inserted_at: datetime
    updated_at: datetime
    progress: Progress = Progress.QUEUED
    message: str | None = None
    eras: tuple[dict[str, Any], ...] = ()


@dataclass
class Diagnostics:
    """All jobs, oldest first."""

    jobs: dict[str, Job] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def put(self, job: Job) -> None:
        with self.lock:
            self.jobs[job.id] = job

    def of(self, model: str, job: str | None) -> list[Job]:
        """Return a model's jobs, newest first, or only the one asked for."""
        with self.lock:
            newest_first = list(reversed(self.jobs.values()))
        return [j for j in newest_first if j.model == model and job in (None, j.id)]

    def step(self, dataset: Path, now: datetime) -> bool:
        """Run the oldest waiting job. Say whether there was one."""
        with self.lock:
            waiting = [job for job in self.jobs.values() if job.progress is Progress.QUEUED]
        if not waiting:
            return False
        job = replace(waiting[0], progress=Progress.RUNNING, updated_at=now)
        self.put(job)
        try:
            eras = tuple(measure(job, dataset))
        except Invalid as error:
            self.put(replace(job, progress=Progress.ERROR, message=str(error)))
        else:
            self.put(replace(job, progress=Progress.DONE, eras=eras))
        return True


@lru_cache(maxsize=1)
def answers(dataset: Path) -> pd.DataFrame:
    """Return era, target and benchmark of the validation rows whose target is known."""
    files = dataset / VERSION
    known = pd.read_parquet(files / "validation.parquet", columns=["era", "target"])
    benchmark = pd.read_parquet(files / "validation_benchmark_models.parquet", columns=[BENCHMARK])
    return known.join(benchmark).dropna()


def measure(job: Job, dataset: Path) -> list[dict[str, Any]]:
    """Return the scores of each era. Raises Invalid for a file that cannot be scored."""
    truth = answers(dataset)
    submission = prediction_file.read(job.path, job.filename)
    values = prediction_file.predictions_of(submission, list(truth.index))
    predictions = pd.DataFrame({"prediction": values}, index=truth.index)
    return [
        {
            "era": str(era),
            "validationCorr": first(numerai_corr(predictions.loc[rows.index], rows["target"])),
            "validationBmc": first(
                correlation_contribution(predictions.loc[rows.index], rows[BENCHMARK], rows["target"])
            ),
        }
        for era, rows in truth.groupby("era")
    ]


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
    for name in table:
        found |= {
            f"{name}Mean": float(table[name].mean()),
            f"{name}Std": float(table[name].std(ddof=0)),
            f"{name}Sharpe": float(table[name].mean() / table[name].std(ddof=0)),
        }
    return found
