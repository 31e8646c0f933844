"""The past: the files that do not change while the tournament runs, made once and kept."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nab.tournament import field, tables
from nab.tournament.market import MAIN, TARGETS, Era, Market
from nab.tournament.signal import Array

VERSION = "v5.3"
LAYOUT = 1
UNKNOWN_SHORT_ERAS = 5
UNKNOWN_LONG_ERAS = 13
META_MODEL_SHARE = 0.4
ADJECTIVES = [
    "agile",
    "bleak",
    "civic",
    "dense",
    "eager",
    "fluid",
    "grand",
    "humid",
    "inner",
    "jaded",
    "known",
    "lunar",
    "mixed",
    "noble",
    "outer",
]
NOUNS = [
    "anchor",
    "basin",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "grove",
    "haven",
    "inlet",
    "jetty",
    "knoll",
    "ledge",
    "maple",
    "nexus",
    "orbit",
]
TARGET_NAMES = tuple(f"target_{name}_{days}" for days in (20, 60) for name in TARGETS)


@dataclass(frozen=True)
class Part:
    """Consecutive past eras: their rows, and their targets where known."""

    eras: tuple[Era, ...]
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    targets: Array

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(i for era in self.eras for i in era.ids)

    def labels(self) -> dict[str, Array]:
        """Return the columns that say what a row belongs to."""
        rows = [len(era.ids) for era in self.eras]
        return {
            "era": np.repeat(np.array(self.names, dtype=object), rows),
            "data_type": np.repeat(np.array(self.kinds, dtype=object), rows),
        }


def feature_names(count: int) -> tuple[str, ...]:
    """Name the features; the first ones are the small set."""
    ways = [f"feature_{a}_{b}_{c}" for a in ADJECTIVES for b in NOUNS for c in NOUNS if b != c]
    return tuple(ways[(index * 1009) % len(ways)] for index in range(count))


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
    write_all(unfinished, market)
    unfinished.rename(target)
    return target


def write_all(root: Path, market: Market) -> None:
    """Write every file of the past."""
    files = root / VERSION
    files.mkdir(parents=True)
    (files / "features.json").write_text(json.dumps(features_json(market), indent=1), encoding="utf-8")
    for name, part in (("train", train(market)), ("validation", validation(market))):
        write_part(files / f"{name}.parquet", market, part)
        write_benchmarks(files / f"{name}_benchmark_models.parquet", market, part)
        if name == "validation":
            write_examples(files / "validation_example_preds.parquet", market, part)
            write_meta_model(files / "meta_model.parquet", market, part)


def features_json(market: Market) -> dict[str, object]:
    """Return the content of features.json."""
    names, size = list(feature_names(market.size.features)), market.size
    sets = {"small": names[: size.small], "medium": names[: size.medium], "all": names}
    return {"feature_sets": sets, "targets": ["target", *TARGET_NAMES]}


def train(market: Market) -> Part:
    """Return the training eras; all their targets are known."""
    return part(market, range(1, market.size.train_eras + 1), unknown=(0, 0))


def validation(market: Market) -> Part:
    """Return the validation eras; the newest have no targets yet."""
    first = market.size.train_eras + 1
    numbers = range(first, first + market.size.validation_eras)
    return part(market, numbers, unknown=(UNKNOWN_SHORT_ERAS, UNKNOWN_LONG_ERAS))


def part(market: Market, numbers: range, unknown: tuple[int, int]) -> Part:
    """Return the eras of those numbers, hiding the targets of the newest."""
    eras = tuple(market.era(number) for number in numbers)
    targets = []
    for place, (number, era) in enumerate(zip(numbers, eras, strict=True)):
        values = market.targets(number, era.latent)
        newer = len(numbers) - place
        if newer <= unknown[0]:
            values[:, : len(TARGETS)] = np.nan
        if newer <= unknown[1]:
            values[:, len(TARGETS) :] = np.nan
        targets.append(values)
    kind = "validation" if any(unknown) else "train"
    kinds = tuple("test" if len(numbers) - place <= unknown[1] else kind for place in range(len(numbers)))
    return Part(eras, tuple(f"{number:04d}" for number in numbers), kinds, np.vstack(targets))


def target_columns(targets: Array) -> Iterator[tuple[str, Array]]:
    """Yield the target columns; plain `target` is ender at 60 days."""
    yield "target", targets[:, len(TARGETS) + MAIN]
    yield from zip(TARGET_NAMES, targets.T, strict=True)


def write_part(path: Path, market: Market, rows: Part) -> None:
    """Write features and targets of some eras."""
    features = np.vstack([era.features for era in rows.eras])
    columns = dict(zip(feature_names(market.size.features), features.T, strict=True))
    tables.write(path, rows.ids, {**rows.labels(), **columns, **dict(target_columns(rows.targets))})


def write_benchmarks(path: Path, market: Market, rows: Part) -> None:
    """Write the benchmark models' predictions."""
    frames = [field.benchmark_predictions(market, era) for era in rows.eras]
    columns = {str(name): stacked(frame[name].to_numpy() for frame in frames) for name in frames[0]}
    tables.write(path, rows.ids, {"era": rows.labels()["era"], **columns})


def write_examples(path: Path, market: Market, rows: Part) -> None:
    """Write the example model's predictions."""
    values = stacked(field.example_predictions(market, era)["prediction"].to_numpy() for era in rows.eras)
    tables.write(path, rows.ids, {"prediction": values})


def write_meta_model(path: Path, market: Market, rows: Part) -> None:
    """Write the meta model of the newest eras."""
    skipped = len(rows.eras) - int(len(rows.eras) * META_MODEL_SHARE)
    newest = Part(rows.eras[skipped:], rows.names[skipped:], rows.kinds[skipped:], rows.targets[:0])
    stakes = {participant.name: participant.stake for participant in field.participants(market.seed)}
    mixed = (field.meta_model(field.field_predictions(market, era), stakes) for era in newest.eras)
    columns = {**newest.labels(), "numerai_meta_model": stacked(values.to_numpy() for values in mixed)}
    tables.write(path, newest.ids, columns)


def stacked(pieces: Iterable[Array]) -> Array:
    """Join the eras' predictions into one column."""
    return np.concatenate(list(pieces)).astype(np.float64)
