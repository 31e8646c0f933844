"""A run that goes on, as it is now: as `nab.actions.reports.live_runs` looks at it."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from nab.core.overview import live_words
from nab.core.recording import segments
from nab.core.runs.states import RunState
from nab.core.text import times
from nab.core.upkeep.disks import Room
from nab.doors import machine
from nab.doors.light import Door, Unsure
from nab.edges.untrusted import descriptors
from nab.paths import RunPaths

Json = dict[str, Any]
WINDOW_BYTES = 1 << 16


def looked_at(door: Door, run: Json, paused: set[str], now: datetime) -> Json:
    """Look at a run. Raises Unsure where the state of its record is none that this reads."""
    paths = RunPaths(Path(door.place(f"runs/{run['run']}")))
    return {
        **run,
        "paused": run["run"] in paused,
        "attended": machine.is_held(str(paths.lock("attend"))),
        "disk": disk(paths),
        "progress": progressed(paths, run, paused, now),
        "goes_on": goes_on(paths),
    }


def cells(run: Json, said: dict[str, str], now: datetime) -> tuple[str, str, str]:
    """Tell where it stands."""
    told = json.loads(json.dumps(run), object_hook=lambda found: SimpleNamespace(**found))
    told.disk = Room(**run["disk"]) if run["disk"] else None
    return live_words.cells(cast("Any", told), said["vain"], said["told"], now)


def disk(paths: RunPaths) -> Json | None:
    """Return what the monitor saw taken last of its disk."""
    newest = newest_segment(paths.resources)
    if newest is None:
        return None
    with open(newest, "rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - WINDOW_BYTES))
        lines = file.read().split(b"\n")
    if len(lines) < 2 or not lines[-2]:
        raise Unsure  # its last line is in the segment before, or longer than we look
    sample = json.loads(lines[-2])
    size, files = sample.get("disk_bytes"), sample.get("disk_files")
    return None if size is None or files is None else {"bytes": size, "files": files}


def newest_segment(record: Path) -> Path | None:
    """Return the file of a record that grows; None where nothing is written yet. Raises Unsure for a packed one."""
    try:
        found = [(begins, name) for name in os.listdir(record.parent) if (begins := start(record, name)) >= 0]
    except FileNotFoundError:
        return None
    if not found:
        return None
    name = max(found)[1]
    if name.endswith(PACKED):
        raise Unsure
    return record.with_name(name)


PACKED = ".gz"


def start(record: Path, name: str) -> int:
    """Return where a segment of a record begins; -1 for what is none of it."""
    begins = segments.start(record.name, name.removesuffix(PACKED))
    return -1 if begins is None else begins


def progressed(paths: RunPaths, run: Json, paused: set[str], now: datetime) -> str | None:
    """Return when a run that works was last seen to get on; None for one that does not work now."""
    if run["state"] != RunState.RUNNING or run["run"] in paused:
        return None
    session = run["sessions"][-1]["session"] if run["sessions"] else ""
    moments = [*written(paths), *printed(paths, session)]
    if not moments:
        return None
    seen = min(max(0, *moments), now.timestamp())
    return times.text(datetime.fromtimestamp(seen, UTC))


def written(paths: RunPaths) -> list[float]:
    """Return when the files of ours that grow when a run gets on did last."""
    calls = newest_segment(paths.http)
    heads = paths.history / "refs" / "heads"
    branches = [heads / name for name in os.listdir(heads)] if heads.is_dir() else []
    return [os.lstat(file).st_mtime for file in ([calls] if calls else []) + branches]


def printed(paths: RunPaths, session: str) -> list[float]:
    """Return when a session printed anything last."""
    if not session:
        return []
    found = (descriptors.status(paths.outbox, f"{session}/{name}".encode()) for name in ("stdout", "stderr"))
    return [one.st_mtime for one in found if one]


def goes_on(paths: RunPaths) -> str:
    """Say what earlier sessions left running, as the census saw it last."""
    try:
        ledger = json.loads(paths.process_ledger.read_bytes())["ledger"]
    except FileNotFoundError:
        return ""
    if not any(one.get("left") for one in ledger.get("known", {}).values()):
        return ""
    import msgspec  # only where something is left, and that has to be counted

    from nab.core.recording.processes.ledger import ProcessLedger
    from nab.core.recording.processes.leftovers import leftovers, shown

    return shown(leftovers(msgspec.convert(ledger, ProcessLedger)))
