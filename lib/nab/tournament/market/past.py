"""The past eras of a market, a few at a time, as the rows of the dataset's files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from nab.tournament.market import field
from nab.tournament.market.feature_sets import TARGET_NAMES, feature_names
from nab.tournament.market.market import MAIN, TARGETS, Era, Market
from nab.tournament.market.signal import Array

UNKNOWN_SHORT_ERAS = 5
UNKNOWN_LONG_ERAS = 13
ROWS_AT_ONCE = 10_000


@dataclass(frozen=True)
class Rows:
    """Consecutive past eras: their rows, and their targets where known."""

    market: Market
    numbers: tuple[int, ...]
    unknown: tuple[int, int]

    @cached_property
    def eras(self) -> tuple[Era, ...]:
        return tuple(self.market.era(number) for number in self.numbers)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        return tuple(i for era in self.eras for i in era.ids)

    @cached_property
    def features(self) -> Array:
        """All features, a row each, era by era."""
        pairs = zip(self.numbers, self.eras, strict=True)
        return np.vstack([self.market.past_features(number, era) for number, era in pairs])

    @cached_property
    def targets(self) -> Array:
        """Every era's targets, those of the newest hidden."""
        return np.vstack([self.targets_of(number) for number in self.numbers])

    def targets_of(self, number: int) -> Array:
        values = self.market.targets(number)
        newer = self.market.size.eras - number + 1
        if newer <= self.unknown[0]:
            values[:, : len(TARGETS)] = np.nan
        if newer <= self.unknown[1]:
            values[:, len(TARGETS) :] = np.nan
        return values

    def labels(self) -> dict[str, Array]:
        """Return the columns that say what a row belongs to."""
        size, count = self.market.size, [len(era.ids) for era in self.eras]
        names = [f"{number:04d}" for number in self.numbers]
        kinds = [kind_of(number, size.train_eras, size.eras - self.unknown[1]) for number in self.numbers]
        return {
            "era": np.repeat(np.array(names, dtype=object), count),
            "data_type": np.repeat(np.array(kinds, dtype=object), count),
        }

    def columns(self) -> dict[str, Array]:
        """Return the columns of train.parquet and validation.parquet."""
        by_feature = np.ascontiguousarray(self.features.T)
        features = dict(zip(feature_names(self.market.size.features), by_feature, strict=True))
        targets = dict(zip(TARGET_NAMES, np.ascontiguousarray(self.targets.T), strict=True))
        # Plain `target` is ender at 60 days since v5.3.
        main = targets[TARGET_NAMES[len(TARGETS) + MAIN]]
        return {**self.labels(), **features, "target": main, **targets}

    def benchmarks(self) -> dict[str, Array]:
        """Return the columns of the benchmark models' predictions."""
        frames = [field.benchmark_predictions(self.market, era) for era in self.eras]
        return {"era": self.labels()["era"], **columns_of(frames)}

    def examples(self) -> dict[str, Array]:
        """Return the column of the example model's predictions."""
        return columns_of([field.example_predictions(self.market, era) for era in self.eras])

    def meta_model(self) -> dict[str, Array]:
        """Return the columns of meta_model.parquet."""
        stakes = {participant.name: participant.stake for participant in field.participants(self.market.seed)}
        mixed = [field.meta_model(field.field_predictions(self.market, era), stakes) for era in self.eras]
        return {**self.labels(), **columns_of([series.to_frame() for series in mixed])}


def kind_of(number: int, train_eras: int, known_eras: int) -> str:
    """Return the data_type of an era."""
    if number <= train_eras:
        return "train"
    return "validation" if number <= known_eras else "test"


def columns_of(frames: list[pd.DataFrame]) -> dict[str, Array]:
    """Join the eras' predictions, a column per model."""
    return {str(name): np.concatenate([frame[name].to_numpy() for frame in frames]) for name in frames[0]}


def train(market: Market) -> Iterator[Rows]:
    """Yield the training eras."""
    return in_groups(market, range(1, market.size.train_eras + 1))


def validation(market: Market) -> Iterator[Rows]:
    """Yield the validation eras; the newest have no targets yet."""
    return in_groups(market, range(market.size.train_eras + 1, market.size.eras + 1))


def in_groups(market: Market, numbers: range) -> Iterator[Rows]:
    """Yield some eras at a time, so that memory does not grow with their number."""
    several = max(1, ROWS_AT_ONCE // market.size.era_ids)
    for begins in range(0, len(numbers), several):
        group = tuple(numbers[begins : begins + several])
        yield Rows(market, group, (UNKNOWN_SHORT_ERAS, UNKNOWN_LONG_ERAS))
