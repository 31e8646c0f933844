"""The dataset: the files that do not change while the tournament runs, made once and kept."""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import ExitStack
from pathlib import Path

from nab.tournament.market import feature_sets, past, tables
from nab.tournament.market.feature_sets import Statistics
from nab.tournament.market.market import MAIN, Market
from nab.tournament.market.past import Rows
from nab.tournament.market.tables import Table

VERSION = "v5.3"
LAYOUT = 3
META_MODEL_SHARE = 0.4


def folder(root: Path, market: Market) -> Path:
    """Return where the dataset of this seed and size is kept."""
    key = hashlib.sha256(f"{LAYOUT} {market.seed} {market.size}".encode()).hexdigest()[:12]
    return root / f"dataset-{key}"


def make(root: Path, market: Market) -> Path:
    """Make the dataset unless it is there; a half-made one is never mistaken for it."""
    target = folder(root, market)
    if target.is_dir():
        return target
    unfinished = root / f"{target.name}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    write_all(unfinished / VERSION, market)
    unfinished.rename(target)
    return target


def write_all(files: Path, market: Market) -> None:
    """Write every file of the past."""
    files.mkdir(parents=True)
    statistics = Statistics()
    write_train(files, market, statistics)
    write_validation(files, market)
    examples = files / "validation_example_preds.parquet"
    tables.write_csv(examples.with_suffix(".csv"), examples)
    content = json.dumps(feature_sets.described(market.size, statistics), indent=1)
    (files / "features.json").write_text(content, encoding="utf-8")


def write_train(files: Path, market: Market, statistics: Statistics) -> None:
    """Write the training eras, a few at a time."""
    with ExitStack() as open_files:
        train = open_files.enter_context(Table(files / "train.parquet"))
        benchmarks = open_files.enter_context(Table(files / "train_benchmark_models.parquet"))
        for rows in past.train(market):
            train.add(rows.ids, rows.columns())
            benchmarks.add(rows.ids, rows.benchmarks())
            count_in(statistics, rows)


def count_in(statistics: Statistics, rows: Rows) -> None:
    """Add some training eras to the features' statistics."""
    each = rows.market.size.era_ids
    for begins in range(0, len(rows.ids), each):
        era = slice(begins, begins + each)
        statistics.add(rows.features[era], rows.targets[era, MAIN])


def write_validation(files: Path, market: Market) -> None:
    """Write the validation eras, a few at a time; there is a meta model for the newest only."""
    newest = market.size.eras - int(market.size.validation_eras * META_MODEL_SHARE)
    with ExitStack() as open_files:
        validation = open_files.enter_context(Table(files / "validation.parquet"))
        benchmarks = open_files.enter_context(Table(files / "validation_benchmark_models.parquet"))
        examples = open_files.enter_context(Table(files / "validation_example_preds.parquet"))
        meta_model = open_files.enter_context(Table(files / "meta_model.parquet"))
        for rows in past.validation(market):
            validation.add(rows.ids, rows.columns())
            benchmarks.add(rows.ids, rows.benchmarks())
            examples.add(rows.ids, rows.examples())
            recent = Rows(market, tuple(n for n in rows.numbers if n > newest), rows.unknown)
            if recent.numbers:
                meta_model.add(recent.ids, recent.meta_model())
