"""The baseline participant: looks at the data, tries a few models, keeps the best, and writes submit.sh.

It uses no LLM and is deterministic: NAB_SEED is all that may differ between two of it. It works in the present folder,
with unmodified numerapi.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import eras
import lightgbm
import numerapi
import pandas as pd
import scores

VERSION = "v5.3"
FEATURE_SET = "small"
TARGET = "target_ender_20"
SEED = int(os.environ.get("NAB_SEED", "20"))
EVERY_ERA = 4
FEW_ERAS = 120
TRIES = (
    {"num_leaves": 7, "learning_rate": 0.05, "rounds": 60},
    {"num_leaves": 15, "learning_rate": 0.05, "rounds": 100},
    {"num_leaves": 31, "learning_rate": 0.04, "rounds": 120},
)
FIXED = {
    "objective": "regression",
    "feature_fraction": 0.5,
    "bagging_fraction": 0.5,
    "bagging_freq": 1,
    "min_data_in_leaf": 100,
    "max_bin": 5,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}
WORKSPACE = Path()
ASSETS = Path(__file__).resolve().parent / "workspace"
STARTED = time.monotonic()


@dataclass(frozen=True)
class Kept:
    """The try that did best on the validation eras."""

    settings: dict[str, float]
    model: lightgbm.Booster
    by_era: dict[str, float]

    @property
    def figures(self) -> dict[str, float]:
        return scores.summary(self.by_era.values())


def say(text: str) -> None:
    """Print a line of progress."""
    print(f"[{time.monotonic() - STARTED:5.1f} s] {text}", flush=True)


def write(name: str, text: str) -> None:
    """Write a file of the workspace."""
    file = WORKSPACE / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def main() -> None:
    """Do the whole job; a step's files are there before the next begins."""
    write_notes()
    api = numerapi.NumerAPI(show_progress_bars=False)
    features = look_around(api)
    train, validation = download(api, features)
    kept = research(train, validation, features)
    keep(kept, features)
    equip()
    say("done: submit.sh is ready")


def write_notes() -> None:
    """Write down what is asked and what will be done."""
    entrant = os.environ.get("NAB_ENTRANT", "baseline")
    objective = os.environ.get("NAB_OBJECTIVE", "")
    plan = f"A gradient-boosted tree on the {FEATURE_SET} feature set and {TARGET}, chosen by era."
    write("README.md", f"# {entrant}\n\n{objective}\n\nPlan: {plan}\n")
    write(".gitignore", "data/\n")
    say(f"notes written: {plan}")


def look_around(api: numerapi.NumerAPI) -> list[str]:
    """List the datasets and choose the features."""
    names = sorted(name for name in api.list_datasets() if name.startswith(f"{VERSION}/"))
    write("research/datasets.json", json.dumps(names, indent=1) + "\n")
    say(f"round {api.get_current_round()}, {len(names)} files in {VERSION}")
    described = json.loads(fetch(api, "features.json").read_text(encoding="utf-8"))
    features = list(described["feature_sets"][FEATURE_SET])
    write("research/features.json", json.dumps({FEATURE_SET: features}, indent=1) + "\n")
    say(f"{len(features)} features in the {FEATURE_SET} set, {len(described['targets'])} targets")
    return features


def fetch(api: numerapi.NumerAPI, name: str) -> Path:
    """Download a file of the dataset into data/."""
    file = WORKSPACE / "data" / name
    file.parent.mkdir(exist_ok=True)
    api.download_dataset(f"{VERSION}/{name}", str(file))
    say(f"{name}: {file.stat().st_size / 1e6:.1f} MB")
    return file


def download(api: numerapi.NumerAPI, features: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fetch and read the two parts of the past; of a long one only every fourth era."""
    parts = []
    for name in ("train.parquet", "validation.parquet"):
        file = fetch(api, name)
        every = EVERY_ERA if eras.count(file) > FEW_ERAS else 1
        part = eras.read(file, features, TARGET, every)
        say(f"{name}: {len(part)} rows in {part['era'].nunique()} eras")
        parts.append(part)
    return parts[0], parts[1]


def research(train: pd.DataFrame, validation: pd.DataFrame, features: list[str]) -> Kept:
    """Try every setting; research/results.csv grows by a line each time."""
    lines = ["num_leaves,learning_rate,rounds,mean_corr,std,sharpe,eras"]
    tried = []
    for settings in TRIES:
        tried.append(attempt(train, validation, features, settings))
        figures = tried[-1].figures
        row = [*settings.values(), *(round(value, 5) for value in figures.values())]
        lines.append(",".join(map(str, row)))
        write("research/results.csv", "\n".join(lines) + "\n")
        say(f"{settings}: CORR {figures['mean']:.4f} std {figures['std']:.4f} sharpe {figures['sharpe']:.2f}")
    return max(tried, key=lambda kept: kept.figures["mean"])


def attempt(train: pd.DataFrame, validation: pd.DataFrame, features: list[str], settings: dict) -> Kept:
    """Train with some settings and score every validation era."""
    parameters = {**FIXED, "seed": SEED, **{key: value for key, value in settings.items() if key != "rounds"}}
    data = lightgbm.Dataset(train[features], label=train[TARGET], params={"verbosity": -1})
    model = lightgbm.train(parameters, data, num_boost_round=settings["rounds"])
    said = validation[["era", TARGET]].assign(said=model.predict(validation[features], num_threads=1))
    by_era = {
        str(era): scores.corr(rows["said"].to_numpy(), rows[TARGET].to_numpy())
        for era, rows in said.groupby("era", sort=True)
    }
    return Kept(settings, model, by_era)


def keep(kept: Kept, features: list[str]) -> None:
    """Write the chosen model and what is known of it."""
    about = {
        "target": TARGET,
        "features": features,
        "seed": SEED,
        "settings": kept.settings,
        "validation": kept.figures,
    }
    write("model/model.txt", kept.model.model_to_string())
    write("model/model.json", json.dumps(about, indent=1) + "\n")
    with (WORKSPACE / "research/validation.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [("era", "corr"), *((era, f"{value:.5f}") for era, value in kept.by_era.items())]
        )
    figures = kept.figures
    say(f"kept {kept.settings}: mean CORR {figures['mean']:.4f} over {figures['eras']} eras")


def equip() -> None:
    """Put predict.py and submit.sh in place, and say in the notes what is there."""
    for name in ("predict.py", "submit.sh"):
        shutil.copy(ASSETS / name, WORKSPACE / name)
    about = json.loads((WORKSPACE / "model/model.json").read_text(encoding="utf-8"))
    notes = (WORKSPACE / "README.md").read_text(encoding="utf-8")
    result = f"Kept: {about['settings']}, validation mean CORR {about['validation']['mean']:.4f}.\n"
    write("README.md", f"{notes}\n{result}\n`./submit.sh` predicts and uploads the current round.\n")


if __name__ == "__main__":
    main()
