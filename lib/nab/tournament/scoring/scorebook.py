"""The scores of each round so far: every day of the account's and benchmark models, the newest day of everyone."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from nab.tournament.market.signal import Array
from nab.tournament.scoring import scoring
from nab.tournament.scoring.scoring import CORR20, FINAL_DAY, FNC20, MMC20

ROUNDS_A_YEAR = 260
REMEMBERED = (CORR20, MMC20, FNC20)


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
        self, day: int, names: tuple[str, ...], scores: Mapping[str, Array], kept: Mapping[str, str | None]
    ) -> None:
        """Add one day; `kept` has the submission of each model whose every day is kept, if it is told."""
        for metric, values in scores.items():
            table = Table(day, names, values, scoring.percentiles(values))
            self.newest[metric] = table
            for model, submission in kept.items():
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


@dataclass(frozen=True)
class Standings:
    """Everyone's mean score, in the order of the names."""

    names: tuple[str, ...] = ()
    means: Array = field(default_factory=lambda: np.array([]))

    def of(self, name: str) -> tuple[float | None, int | None]:
        """Return a model's mean and rank, 1 the best."""
        if name not in self.names:
            return None, None
        mean = self.means[self.names.index(name)]
        return float(mean), int((self.means > mean).sum()) + 1


@dataclass(frozen=True)
class Snapshot:
    """Where everyone stood after one more round was final."""

    number: int
    standings: Mapping[str, Standings]


@dataclass
class Reputations:
    """The mean final score of each model over the last year's rounds, per metric."""

    finals: dict[str, deque[Table]] = field(default_factory=dict)
    history: deque[Snapshot] = field(default_factory=lambda: deque(maxlen=ROUNDS_A_YEAR))
    _now: dict[str, Standings] = field(default_factory=dict)

    def add(self, metric: str, table: Table) -> None:
        """Count one finished round."""
        self.finals.setdefault(metric, deque(maxlen=ROUNDS_A_YEAR)).append(table)
        self._now.pop(metric, None)

    def remember(self, number: int) -> None:
        """Keep where everyone stands now, when that round is final."""
        self.history.append(Snapshot(number, {metric: self.standings(metric) for metric in REMEMBERED}))

    def standings(self, metric: str) -> Standings:
        """Return where everyone stands now."""
        if metric not in self._now:
            self._now[metric] = standings(tuple(self.finals.get(metric, ())))
        return self._now[metric]

    def means(self, metric: str) -> dict[str, float]:
        """Return each model's mean."""
        found = self.standings(metric)
        return dict(zip(found.names, found.means.tolist(), strict=True))

    def ranks(self, metric: str) -> dict[str, int]:
        """Return each model's rank by its mean, 1 the best."""
        found = self.standings(metric)
        places = scoring.places(found.means).astype(int).tolist() if found.names else []
        return dict(zip(found.names, places, strict=True))

    def last(self, metric: str, count: int) -> list[Table]:
        """Return the newest final tables of a metric, oldest first."""
        return list(self.finals.get(metric, ()))[-count:]


def standings(tables: Iterable[Table]) -> Standings:
    """Return the mean of each model's finite values. Rounds of the same models are added up at once."""
    alike: dict[tuple[str, ...], list[Array]] = {}
    for table in tables:
        alike.setdefault(table.names, []).append(table.values)
    totals: dict[str, float] = {}
    counts: dict[str, int] = {}
    for names, rows in alike.items():
        values = np.array(rows)
        finite = np.isfinite(values)
        sums = np.where(finite, values, 0.0).sum(axis=0).tolist()
        for name, total, count in zip(names, sums, finite.sum(axis=0).tolist(), strict=True):
            if count:
                totals[name] = totals.get(name, 0.0) + total
                counts[name] = counts.get(name, 0) + count
    return Standings(tuple(totals), np.array([totals[name] / counts[name] for name in totals]))


def finishing(day: int, metrics: Collection[str]) -> Iterator[str]:
    """Yield the metrics whose last day this is."""
    return (metric for metric in metrics if FINAL_DAY[metric] == day)


def number(value: float) -> float | None:
    """Return a float, or None where there is none."""
    return float(value) if np.isfinite(value) else None
