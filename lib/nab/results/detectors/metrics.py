"""The metric ledger: which values of which metrics a text tells, and on which surface they were measured.

By patterns of what numerapi, numerai-tools, LightGBM, XGBoost, Keras, pandas and people print. What no word tells
the surface of is `unknown`, and never shown beside a known one.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from enum import StrEnum
from math import isnan, nan

import msgspec

from nab.results.detectors.records import Part, Run

VERSION = 2
MOST_LINES, LONGEST_LINE = 20_000, 2_000
MOST_OF_A_TABLE = 2_000  # rows
TABLES = {".csv": ",", ".tsv": "\t"}
HEADING_REACHES = 4  # lines below a heading that names a surface


class Surface(StrEnum):
    """On what a metric was measured."""

    TRAIN = "train"
    VALIDATION = "validation"
    DIAGNOSTICS = "diagnostics"
    LIVE = "live"
    RESOLVED = "resolved"
    UNKNOWN = "unknown"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A value of a metric, where it stands and of what."""

    name: str
    value: float
    surface: Surface
    line: int
    benchmark: bool = False
    statistic: str = ""
    written: str = ""
    at: float = 0.0
    source: str = ""

    @property
    def is_nothing(self) -> bool:
        return isnan(self.value) or abs(self.value) <= 1e-9


NAMES = {
    "corr": r"(?:numerai_?)?corr(?:elation)?(?:20(?:v2|_v2)?|60)?",
    "sharpe": r"(?:ann(?:ualized)?[_ ])?sharpe(?:[_ ]ratio)?",
    "mmc": r"mmc(?:20|60)?",
    "bmc": r"bmc(?:20|60)?",
    "fnc": r"fnc(?:v3|_v3)?",
    "rmse": r"rmse",
    "mse": r"mse|l2",
    "mae": r"mae|l1",
    "r2": r"r2(?:_score)?|r\^2",
    "accuracy": r"acc(?:uracy)?",
    "auc": r"auc(?:_roc)?",
    "loss": r"loss|log_?loss",
}
BEFORE = (
    r"(?:(?:val(?:id(?:ation)?)?|train(?:ing)?|test|oof|cv|eval|live|mean|avg|average|diagnostics?"
    r"|holdout|per[_-]era)[_ \-]{1,2}|valid_\d+(?:'s)? |training's |validation_\d-)*"
)
AFTER = r"(?:[_ ](?:mean|avg|average|score|20d?|v2|w_mmc|val(?:id(?:ation)?)?|train|oof|cv|live))*"
NUMBER = r"(?P<value>[-+]?(?:\d+\.\d+(?:e[-+]?\d+)?|\.\d+|\d+e[-+]?\d+|0|nan)\b)(?![.%]?\d)(?!%)"
BETWEEN = (
    r"[\"'`]?\s*(?:\((?:mean|avg|val|oof|train)\)\s*)?(?:[:=|,]|is|was|of|->|→|\s{1,12}"
    r"|\t)\s*[\"'`]?\s*(?:[:=|])?\s*"
)
FORMS = re.compile(
    rf"(?<![\w.])(?P<before>{BEFORE})(?:" + "|".join(f"(?P<{name}>{form})" for name, form in NAMES.items())
    + rf")(?P<after>{AFTER}){BETWEEN}(?:np\.float64\()?{NUMBER}",
    re.IGNORECASE,
)  # fmt: skip
CAMEL = re.compile(
    r"[\"']?(?P<where>validation|live)(?P<name>Corr|Mmc|Bmc|Sharpe|Fnc)(?:V\d)?(?:Mean"
    r"|Sharpe)?[\"']?\s*[:=]\s*(?P<value>-?\d+\.\d+(?:e-?\d+)?|null|None|nan)"
)
NOT_MEASURED = re.compile(
    r"\b(?:target|goal|threshold|aim(?:ing)?|at least|minimum|require[ds]?|expect(?:ed)?|should|would"
    r"|want|hope|typical(?:ly)?"
    r"|assert|if)\b|(?<![-=])[<>]=?\s*[-.\d]",
    re.IGNORECASE,
)
SURFACES = (
    (Surface.DIAGNOSTICS, re.compile(r"diagnostics?", re.IGNORECASE)),
    (Surface.RESOLVED, re.compile(r"resolved|final score", re.IGNORECASE)),
    (Surface.LIVE, re.compile(r"(?<![a-z])live(?![a-z])|round \d{3,4}", re.IGNORECASE)),
    (Surface.TRAIN, re.compile(r"(?<![a-z])(?:train(?:ing)?|in[- ]sample)(?![a-z])", re.IGNORECASE)),
    (
        Surface.VALIDATION,
        re.compile(
            r"(?<![a-z])(?:val(?:id(?:ation)?)?|oof|out[- ]of[- ](?:fold|sample)|cv|fold|hold-?out"
            r"|test)(?![a-z])", re.IGNORECASE
        ),
    ),
)  # fmt: skip
STATISTICS = {"mean": "mean", "avg": "mean", "average": "mean", "std": "std", "min": "min", "max": "max"}
STATISTIC = re.compile(rf"(?<![a-z])(?:{'|'.join(STATISTICS)})(?![a-z])", re.IGNORECASE)
BENCHMARK = re.compile(r"benchmark|example[_ ]model|baseline model|v\d+_lgbm", re.IGNORECASE)


def read(text: str, context: str = "") -> Iterator[Row]:
    """Yield what a text tells. `context` is the command or path that it came from, for the surface."""
    heading, left = "", 0
    for number, whole in enumerate(text.splitlines()[:MOST_LINES], 1):
        line = whole[:LONGEST_LINE]
        found = [*of_line(line, number, heading if left > 0 else "", context)]
        yield from found
        left -= 1
        if not found and surface_of(line) and len(line) < 80:
            heading, left = line, HEADING_REACHES


def of_line(line: str, number: int, heading: str, context: str) -> Iterator[Row]:
    """Yield the values of a line."""
    for one in CAMEL.finditer(line):
        where = Surface.DIAGNOSTICS if one["where"] == "validation" else Surface.LIVE
        if one["value"] not in ("null", "None"):
            name = "sharpe" if "Sharpe" in one[0] else one["name"].lower()
            written = line[one.start() : one.start("value")].strip("\"' :=")
            yield Row(
                name=name,
                value=float(one["value"]),
                surface=where,
                line=number,
                statistic="mean" if written.endswith("Mean") else "",
                written=written,
            )
    if NOT_MEASURED.search(line):
        return
    before = 0
    for one in FORMS.finditer(line):
        name = next(each for each in NAMES if one[each])
        value = nan if one["value"].lower() == "nan" else float(one["value"])
        near = surface_of(one["before"] + " " + one["after"]) or surface_of(line[before : one.start()])
        surface = near or surface_of(line) or surface_of(heading) or surface_of(context)
        yield Row(
            name=name,
            value=value,
            surface=surface or Surface.UNKNOWN,
            line=number,
            benchmark=bool(BENCHMARK.search(line)),
            statistic=statistic_of(line[one.start() : one.start("value")]),
            written=line[one.start() : one.end("after")],
        )
        before = one.end()


def surface_of(words: str) -> Surface | None:
    """Return the surface that words name; None where they name none, or name two."""
    spaced = words.replace("_", " ")
    found = [surface for surface, form in SURFACES if form.search(spaced)]
    for first in (
        Surface.DIAGNOSTICS,
        Surface.RESOLVED,
    ):  # "diagnostics of validation", "round 1268 resolved"
        if first in found:
            return first
    return found[0] if len(found) == 1 else None


def statistic_of(words: str) -> str:
    """Return of which statistic a value is; empty where nothing is said."""
    found = STATISTIC.search(words.replace("_", " "))
    return STATISTICS[found[0].lower()] if found else ""


def of_file(text: str, path: str) -> Iterator[Row]:
    """Yield what a log or a table tells. A table whose head names no metric is read as any other text is."""
    separator = next((mark for ending, mark in TABLES.items() if path.lower().endswith(ending)), "")
    columns, rows = table(text, separator) if separator else ([], [])
    if not columns:
        yield from read(text, path)
    for number, row in enumerate(rows if columns else [], 2):
        for place, name in columns:
            if place < len(row) and row[place].strip():
                yield from of_line(f"{name}: {row[place].strip()}", number, "", path)


def table(text: str, separator: str) -> tuple[list[tuple[int, str]], list[list[str]]]:
    """Return the columns of a table that are named after a metric, and its rows; nothing of what is none."""
    lines = (line[:LONGEST_LINE] for line in text.splitlines()[: MOST_OF_A_TABLE + 1])
    try:
        head, *rows = csv.reader(lines, delimiter=separator)
    except (csv.Error, ValueError):
        return [], []
    named = ((place, name.strip()) for place, name in enumerate(head))
    return [(place, name) for place, name in named if [*of_line(f"{name}: 0.5", 1, "", "")]], rows


def ledger(run: Run) -> list[Row]:
    """Return everything that a run's records tell, in order of time."""
    found = [placed(row, one) for one in run.calls if one.result for row in read(one.result, one.command)]
    for change in run.changes:
        if change.text and not change.is_program and not change.path.endswith((".md", ".rst")):
            found += [placed(row, change) for row in of_file(change.text, change.path)]
    for diagnosis in run.diagnoses:
        for name, value in diagnosis.metrics.items():
            if value is not None and (known := CAMEL.match(f"{name}: {float(value):.12f}")):
                row = Row(
                    name="sharpe" if "Sharpe" in name else known["name"].lower(),
                    value=value,
                    surface=Surface.DIAGNOSTICS,
                    line=0,
                )
                found.append(placed(row, diagnosis))
    return sorted(found, key=lambda row: row.at)


def placed(row: Row, part: Part) -> Row:
    """Say when a value was told, and where it stands."""
    return msgspec.structs.replace(row, at=part.at, source=f"{part.id}#{row.line}" if row.line else part.id)
