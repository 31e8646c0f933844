"""Metrics in what a program printed, by patterns that have a version: name, value, and of which surface.

An agent prints as it likes, so this is a reading, not a record: what stands in no pattern is missed, and a number that
only looks like a metric is told. How often is not measured (docs/results.md).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from math import isfinite
from typing import NamedTuple

PATTERNS = 1  # the version of all that is below
LONGEST_LINE = 1_000  # characters of a line that are looked at
MOST_LINES = 20_000
MOST_OF_A_TABLE = 2_000  # rows

TRAIN, VALIDATION, DIAGNOSTICS = "train", "validation", "diagnostics"
LIVE, RESOLVED, UNKNOWN = "live", "resolved", "unknown"
SURFACES = {
    TRAIN: {"train", "training", "insample"},
    VALIDATION: {"val", "valid", "validation", "oof", "cv", "fold", "folds", "holdout", "eval", "test"},
    DIAGNOSTICS: {"diagnostics", "diagnostic", "diag"},
    LIVE: {"live"},
    RESOLVED: {"resolved"},
}
SURFACE_OF = {word: surface for surface, words in SURFACES.items() for word in words}
NORM = "l{}"  # as LightGBM calls them
NAMES = {  # in this order: the Sharpe ratio of CORR is a Sharpe ratio
    "sharpe": {"sharpe"},
    "drawdown": {"drawdown", "maxdrawdown"},
    "mmc": {"mmc", "mmc20", "mmc60"},
    "bmc": {"bmc", "bmc20"},
    "fnc": {"fnc", "fncv3"},
    "rmse": {"rmse"},
    "mse": {"mse", NORM.format(2)},
    "mae": {"mae", NORM.format(1)},
    "r2": {"r2"},
    "auc": {"auc"},
    "accuracy": {"accuracy", "acc"},
    "logloss": {"logloss"},
    "exposure": {"exposure"},
    "corr": {"corr", "corr20", "corr60", "corrs", "correlation", "correlations", "corrv2", "spearman", "pearson"},
}  # fmt: skip
STATISTICS = {
    "mean": "mean",
    "avg": "mean",
    "average": "mean",
    "std": "std",
    "stdev": "std",
    "min": "min",
    "max": "max",
}
WORD = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+")
NUMBER = (
    r"[-+]?(?:[0-9]+\.[0-9]+|\.[0-9]+|[0-9]+)(?:[eE][-+]?[0-9]+)?|[-+]?(?:nan|NaN|NAN|inf)\b|(?:null|None)\b"
)
WORDS_BETWEEN = (
    "mean|avg|average|score|is|of|was|std|ratio|on|validation|valid|val|train|live|diagnostics|oof|cv|holdout"
)
BETWEEN = rf"(?:[\s\"'`:=|,()\[\]*@>~-]|\b(?:{WORDS_BETWEEN})\b){{1,24}}?"
TOLD = re.compile(
    rf"(?<![A-Za-z0-9_.])(?P<name>[A-Za-z][A-Za-z0-9_]*)(?P<between>{BETWEEN})(?P<value>{NUMBER})(?![A-Za-z0-9_])"
)
SURFACE_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
LARGEST = 1e6


class Printed(NamedTuple):
    """A metric as it was printed. `value` is None where it is no number, as a metric of nothing is."""

    line: int  # from 1
    metric: str
    statistic: str
    value: float | None
    surface: str
    written: str


def of_text(text: str) -> Iterator[Printed]:
    """Yield the metrics of a text, a line at a time."""
    for number, line in enumerate(text.splitlines()[:MOST_LINES], start=1):
        for found in of_line(line[:LONGEST_LINE]):
            yield found._replace(line=number)


def of_line(line: str) -> Iterator[Printed]:
    """Yield the metrics of a line."""
    for told in TOLD.finditer(line):
        words = words_of(told["name"])
        metric = metric_of(words)
        if not metric or is_only_counted(told["between"], told["value"]):
            continue
        around = words_of(told["between"])
        value = number(told["value"])
        if value is not None and abs(value) > LARGEST:
            continue
        surface = surface_of(words) or surface_of(around) or before(line[: told.start()])
        yield Printed(0, metric, statistic_of([*words, *around]), value, surface, told["name"])


def is_only_counted(between: str, value: str) -> bool:
    """Say whether a number may be a count: a whole one that is not set equal."""
    return value.lstrip("+-").isdigit() and not {":", "=", "|"} & {*between}


def before(text: str) -> str:
    """Return the surface that was named last before a metric, on its line."""
    for one in reversed(SURFACE_WORD.findall(text)):
        if surface := surface_of(words_of(one)):
            return surface
    return UNKNOWN


def words_of(name: str) -> list[str]:
    """Split a name as programs write them, in lower case: validationCorrMean, val_corr_20, CORR20."""
    return [one.lower() for one in WORD.findall(name)]


def metric_of(words: Sequence[str]) -> str:
    """Return which metric a name is of; empty for none."""
    together = {*words, "".join(words)}
    return next((name for name, known in NAMES.items() if known & together), "")


def surface_of(words: Iterable[str]) -> str:
    """Return which surface a name tells; empty for none, and where it tells two."""
    found = {SURFACE_OF[word] for word in words if word in SURFACE_OF}
    return found.pop() if len(found) == 1 else ""


def statistic_of(words: Iterable[str]) -> str:
    """Return of which statistic a value is; empty where nothing is said."""
    return next((STATISTICS[word] for word in words if word in STATISTICS), "")


def number(text: str) -> float | None:
    """Return a finite number; None for any other."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None


def of_table(text: str, separator: str = ",") -> Iterator[Printed]:
    """Yield the metrics of a table with a head: a value of each column that is named after one."""
    lines = text.splitlines()[: MOST_OF_A_TABLE + 1]
    try:
        rows = list(csv.reader((line[:LONGEST_LINE] for line in lines), delimiter=separator))
    except csv.Error:
        return
    if not rows:
        return
    columns = [(place, words, metric) for place, words, metric in map(headed, enumerate(rows[0])) if metric]
    for count, row in enumerate(rows[1:], start=2):
        for place, words, metric in columns:
            if place < len(row) and row[place].strip():
                value = number(row[place])
                surface = surface_of(words) or UNKNOWN
                yield Printed(count, metric, statistic_of(words), value, surface, rows[0][place].strip())


def headed(cell: tuple[int, str]) -> tuple[int, list[str], str]:
    """Read the head of a column."""
    place, name = cell
    words = words_of(name)
    return place, words, metric_of(words)
