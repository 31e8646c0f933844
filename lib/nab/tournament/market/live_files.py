"""The files that are new every round: live features, benchmark and example predictions."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import numpy as np

from nab.tournament.market import field as participants
from nab.tournament.market import tables
from nab.tournament.market.dataset import VERSION
from nab.tournament.market.feature_sets import TARGET_NAMES, feature_names
from nab.tournament.market.market import LiveRound, Market

LIVE = "live.parquet"
BENCHMARKS = "live_benchmark_models.parquet"
EXAMPLES = "live_example_preds"
KEPT_ROUNDS = 12


def live_names(number: int) -> tuple[str, ...]:
    """Return the names of a round's own files, inside the dataset version."""
    return (LIVE, f"live_{number}.parquet", BENCHMARKS, f"{EXAMPLES}.csv", f"{EXAMPLES}.parquet")


@dataclass(frozen=True)
class LiveFiles:
    """Makes the files of a round when they are first wanted, and removes those of old rounds."""

    root: Path
    market: Market
    lock: Lock = field(default_factory=Lock)

    def folder(self, number: int) -> Path:
        return self.root / str(number)

    def path(self, number: int, name: str) -> Path:
        """Return where a round's live file is; `live_1401.parquet` is the same as `live.parquet` of 1401."""
        stored = LIVE if name == f"live_{number}.parquet" else name
        return self.folder(number) / VERSION / stored

    def make(self, number: int) -> None:
        """Make a round's files unless they are there."""
        with self.lock:
            if self.folder(number).is_dir():
                return
            self.root.mkdir(parents=True, exist_ok=True)
            unfinished = self.root / f"{number}.unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            write_live(unfinished / VERSION, self.market, self.market.live(number))
            unfinished.rename(self.folder(number))
            self.forget_old(besides=number)

    def forget_old(self, besides: int) -> None:
        """Keep the newest rounds; an older one is made again when it is asked for."""
        numbers = sorted(int(entry.name) for entry in self.root.iterdir() if entry.name.isdigit())
        for number in set(numbers[:-KEPT_ROUNDS]) - {besides}:
            shutil.rmtree(self.folder(number))


def write_live(folder: Path, market: Market, live: LiveRound) -> None:
    """Write the files of one round."""
    era, rows = live.era, len(live.era.ids)
    labels = {"era": tables.text_column("X", rows), "data_type": tables.text_column("live", rows)}
    everything = np.hstack([era.features, market.other_features(live.number, rows)[live.stocks]])
    features = dict(zip(feature_names(market.size.features), np.ascontiguousarray(everything.T), strict=True))
    unknown = np.full(rows, np.nan, dtype=np.float32)
    targets = dict.fromkeys(["target", *TARGET_NAMES], unknown)
    tables.write(folder / LIVE, era.ids, {**labels, **features, **targets})
    benchmarks = participants.benchmark_predictions(market, era)
    columns = {str(name): benchmarks[name].to_numpy() for name in benchmarks}
    tables.write(folder / BENCHMARKS, era.ids, {"era": labels["era"], **columns})
    examples = participants.example_predictions(market, era)
    examples.to_csv(folder / f"{EXAMPLES}.csv")
    tables.write(folder / f"{EXAMPLES}.parquet", era.ids, {"prediction": examples["prediction"].to_numpy()})
