"""The scores of each round so far: every day of the account's models, the newest day of everyone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from nab.tournament import scoring
from nab.tournament.scoring import FINAL_DAY
from nab.tournament.signal import Array


@dataclass(frozen=True)
class Mark:
    """One metric of one model on one day."""

    metric: str
    day: int
    value: float | None
    percentile: float | None
    submission: str | None


@dataclass(frozen=True)
class Table:
    """One metric of everyone, on the newest day that has it."""

    day: int
    names: tuple[str, ...]
    values: Array
    percentiles: Array

    def of(self, name: str) -> tuple[float | None, float | None]:
        """Return a model's value and percentile."""
        if name not in self.names:
            return None, None
        place = self.names.index(name)
        return number(self.values[place]), number(self.percentiles[place])


@dataclass
class RoundScores:
    """The scores of one round."""

    day: int = 0
    newest: dict[str, Table] = field(default_factory=dict)
    kept: dict[str, list[Mark]] = field(default_factory=dict)

    def add(
        self, day: int, names: tuple[str, ...], scores: Mapping[str, Array], submitted: Mapping[str, str]
    ) -> None:
        """Add one day; `submitted` names the submission of each model whose every day is kept."""
        for metric, values in scores.items():
            table = Table(day, names, values, scoring.percentiles(values))
            self.newest[metric] = table
            for model, submission in submitted.items():
                mark = Mark(metric, day, *table.of(model), submission)
                self.kept.setdefault(model, []).append(mark)
        self.day = day

    def marks(self, model: str) -> list[Mark]:
        """Return what is known of a model, oldest day first; of others than ours the newest day only."""
        if model in self.kept:
            return list(self.kept[model])
        return [
            Mark(metric, t.day, *t.of(model), None) for metric, t in self.newest.items() if model in t.names
        ]

    def final(self, metric: str) -> Table | None:
        """Return a metric's table once its last day is in."""
        table = self.newest.get(metric)
        return table if table is not None and table.day >= FINAL_DAY[metric] else None


@dataclass
class Reputations:
    """The mean final score of each model, per metric."""

    totals: dict[str, dict[str, tuple[float, int]]] = field(default_factory=dict)

    def add(self, metric: str, table: Table) -> None:
        """Count one finished round."""
        sums = self.totals.setdefault(metric, {})
        for name, value in zip(table.names, table.values, strict=True):
            if np.isfinite(value):
                total, count = sums.get(name, (0.0, 0))
                sums[name] = (total + float(value), count + 1)

    def means(self, metric: str) -> dict[str, float]:
        """Return each model's mean."""
        return {name: total / count for name, (total, count) in self.totals.get(metric, {}).items()}

    def ranks(self, metric: str) -> dict[str, int]:
        """Return each model's rank by its mean, 1 the best."""
        means = self.means(metric)
        ranks = scoring.places(np.array(list(means.values())))
        return {name: int(rank) for name, rank in zip(means, ranks, strict=True)}


def finishing(day: int, metrics: Collection[str]) -> Iterator[str]:
    """Yield the metrics whose last day this is."""
    return (metric for metric in metrics if FINAL_DAY[metric] == day)


def number(value: float) -> float | None:
    """Return a float, or None where there is none."""
    return float(value) if np.isfinite(value) else None
