"""What a run's development tells of leaks: the dataset files that its box was served, and the tables that it kept."""

from __future__ import annotations

import hashlib
import io
import os
import re
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nab.core.recording.calls import lines
from nab.core.replay import cut as cuts
from nab.core.replay.leaks import Served, Table
from nab.edges.files import records
from nab.edges.untrusted import descriptors, walks
from nab.paths import AgentFolder, RunPaths

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
        return of_content(name, content, sealed), ""
    except Exception as error:  # noqa: BLE001 - an agent's bytes, read by others' code: whatever it raises is told
        return None, f"{type(error).__name__}: {str(error)[:80]}"


def of_content(name: str, content: bytes, sealed: Collection[str]) -> Table:
    """Say what a table holds of eras, targets and ids. Raises whatever its reader does."""
    rows = (
        pd.read_parquet(io.BytesIO(content))
        if name.endswith(".parquet")
        else pd.read_csv(io.BytesIO(content))
    )
    ids = rows.get("id", rows.index)
    eras = numbers(rows["era"]) if "era" in rows else None
    known: dict[int, int] = {}
    for column in rows.columns if eras is not None else ():
        if cuts.is_target(str(column)):
            told = eras[rows[column].notna().to_numpy() & (eras > 0)] if eras is not None else ()
            if len(told):
                days = cuts.days_of(str(column))
                known[days] = max(known.get(days, 0), int(max(told)))
    return Table(
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        newest=int(eras.max()) if eras is not None and len(eras) and eras.max() > 0 else None,
        newest_known=known,
        sealed_ids=int(pd.Series(ids).astype("string").isin(list(sealed)).sum()),
    )


def numbers(eras: pd.Series[str]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return eras as numbers; 0 for one that is none, as in a live file."""
    found = pd.to_numeric(eras.astype("string"), errors="coerce").fillna(0)
    return np.asarray(found.clip(0, 999_999).astype("int64"))
