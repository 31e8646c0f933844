"""The rows about agents' models: metrics in what was printed and in files of the workspace, families of its scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from math import isfinite
from pathlib import Path
from typing import Any

from nab.actions.results.sources import Worked
from nab.edges.git import objects
from nab.results.detectors import code, metrics
from nab.results.detectors import families as rules
from nab.results.detectors.metrics import TABLES
from nab.results.detectors.metrics import Row as Printed
from nab.results.detectors.records import OURS
from nab.results.tables import of_models as tables

LARGEST = 1 << 20  # bytes of a log, a table or a script that are read
LOGS, SCRIPTS = {".log", ".txt", ".out", ".json", ".jsonl"}, {".py", ".ipynb"}
SCRIPT = re.compile(r"[\w./-]*?([\w-]+\.(?:py|ipynb|sh))\b")
Rows = Callable[[], Iterable[dict[str, Any]]]


def of_block(block: Worked, folder: Path, before: str, changed: Rows) -> Iterator[Worked]:
    """Yield what is read of the files that a block of commits changed; `before` is the commit before it."""
    yield replace(block, table=tables.FAMILIES, rows=partial(families, folder, changed))
    yield replace(block, table=tables.PRINTED_METRICS, rows=partial(in_files, folder, before, changed))


def families(folder: Path, changed: Rows) -> Iterator[dict[str, Any]]:
    """Yield a row for every version of a script that makes a model."""
    rows = of_suffixes(changed(), SCRIPTS)
    made = {
        id: code.family(code.python(path, content.decode("utf-8", "replace")))
        for id, path, content in contents(folder, rows)
    }
    for row in rows:
        if found := made.get(row["blob"]):
            shown = found.named()
            yield {
                **{name: row[name] for name in ("run", "commit", "time", "path", "blob")},
                "script": Path(row["path"]).name,
                "family": found.id,
                "rules": str(rules.VERSION),
                "library": shown.library,
                "model": shown.model,
                "targets": shown.targets,
                "features": shown.features,
                "validation": shown.splits,
            }


def in_files(folder: Path, before: str, changed: Rows) -> Iterator[dict[str, Any]]:
    """Yield the metrics in logs and tables of a workspace: of each file what its version before did not have."""
    rows = of_suffixes(changed(), {*LOGS, *TABLES})
    old = {one.path: one.blob for one in objects.entries(folder, before)} if before and rows else {}
    first = {row["path"]: old[path] for row in rows if (path := row["path"].encode()) in old}
    wanted = [*rows, *({"path": path, "blob": blob} for path, blob in first.items())]
    read = {id: printed(content, path) for id, path, content in contents(folder, wanted)}
    told = {path: set(map(without_line, read.get(blob, []))) for path, blob in first.items()}
    for row in rows:
        known = told.setdefault(row["path"], set())
        for one in read.get(row["blob"], []):
            if without_line(one) not in known:
                yield {
                    **{name: row[name] for name in ("run", "time", "commit", "path")},
                    "source": "file",
                    **one,
                }
        known |= set(map(without_line, read.get(row["blob"], [])))


def without_line(one: dict[str, Any]) -> tuple[object, ...]:
    """Return what makes two metrics of a file the same, wherever they stand."""
    return tuple(value for name, value in one.items() if name != "line")


def printed(content: bytes, path: str) -> list[dict[str, Any]]:
    """Return the metrics of a file."""
    return [as_row(one) for one in metrics.of_file(content.decode("utf-8", "replace"), path)]


def of_suffixes(rows: Iterable[dict[str, Any]], suffixes: Iterable[str]) -> list[dict[str, Any]]:
    """Return the agent's files of some kinds that are there."""
    theirs = (row for row in rows if row["blob"] and not row["path"].startswith(OURS))
    return [row for row in theirs if Path(row["path"]).suffix.lower() in suffixes]


def contents(folder: Path, rows: Iterable[dict[str, Any]]) -> Iterator[tuple[str, str, bytes]]:
    """Yield every blob once that is not too large: its name, the path that it first had, its content."""
    paths: dict[str, str] = {}
    for row in rows:
        paths.setdefault(row["blob"], row["path"])
    if not paths:
        return
    sizes = objects.sizes(folder, paths)
    for found in objects.objects(folder, [id for id, size in sizes.items() if size <= LARGEST]):
        if found.kind == "blob":
            yield found.id, paths[found.id], found.content


def in_calls(calls: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the metrics that stand in what tool calls gave back."""
    for row in calls:
        script = SCRIPT.search(row.get("command") or "")
        for one in metrics.read(row.get("result") or "", row.get("command") or ""):
            yield {
                "run": row["run"],
                "session": row["session"],
                "time": row.get("answered_at") or row["time"],
                "source": "tool",
                "call": row["call"],
                "script": script[1] if script else "",
                **as_row(one),
            }


def as_row(one: Printed) -> dict[str, Any]:
    """Tell a metric."""
    value = one.value if isfinite(one.value) else None
    said = {"line": one.line, "metric": one.name, "statistic": one.statistic, "value": value}
    said |= {"surface": one.surface.value, "written": one.written, "benchmark": one.benchmark}
    return said | {"patterns": str(metrics.VERSION)}
