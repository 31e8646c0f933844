"""What a run's development tells of leaks: the dataset files that its box was served, and the tables that it kept."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from nab.core.recording.calls import lines
from nab.core.replay.leaks import Served, Table
from nab.edges.files import records
from nab.edges.untrusted import descriptors, walks
from nab.paths import AgentFolder, RunPaths
from nab.tournament.replay import kept_tables

DATASETS = "numerai-datasets"  # the host of Numerai's files begins so
OF_A_ROUND = re.compile(r"/(?:[a-z]+/)*\d+/(v\d+\.\d+/[^/]+)$")
ENDINGS = (".parquet", ".csv")
LARGEST = 1 << 30
WHOLE = 200


@dataclass(frozen=True)
class Kept:
    """The tables in a run's folders, and the files that could not be looked into, each with the reason."""

    tables: tuple[Table, ...]
    unread: tuple[str, ...]


def served(paths: RunPaths) -> Iterator[Served]:
    """Yield the dataset files that were served whole to the run's box."""
    for call in lines.calls(records.lines(paths.http)):
        if call.phase == lines.Phase.DONE and (name := file_of(call)):
            yield Served(name, (call.response_sha256 or "") if call.error is None else "")


def file_of(call: lines.Call) -> str:
    """Return which dataset file a call was served whole, by its name in the dataset; empty: none."""
    found = OF_A_ROUND.search(call.path) if call.host.startswith(DATASETS) and call.status == WHOLE else None
    return found[1] if found else ""


def kept(folder: AgentFolder, sealed: Collection[str]) -> Kept:
    """Look into every table below an agent's folder. Nothing that lies there is run, and nothing there can raise."""
    tables, unread = [], []
    with descriptors.folder(folder) as here:
        for step in walks.through(here):
            if step.trouble:
                unread.append(f"{step.left or '.'}: {step.trouble.strerror}")
            for name, seen in step.entries:
                if stat.S_ISREG(seen.st_mode) and name.endswith(ENDINGS):
                    table, why = looked_into(step.here, name, seen.st_size, sealed)
                    if table:
                        tables.append(table)
                    if why:
                        unread.append(f"{name}: {why}")
    return Kept(tuple(tables), tuple(unread))


def looked_into(here: int, name: str, size: int, sealed: Collection[str]) -> tuple[Table | None, str]:
    """Look into one file of an open folder; the reason where that cannot be done."""
    if size > LARGEST:
        return None, "too large"
    try:
        with os.fdopen(descriptors.open_regular(here, os.fsencode(name)), "rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        return None, str(error.strerror)
    try:
        return kept_tables.of_content(name, content, sealed), ""
    except Exception as error:  # noqa: BLE001 - an agent's bytes, read by others' code: whatever it raises is told
        return None, f"{type(error).__name__}: {str(error)[:80]}"
