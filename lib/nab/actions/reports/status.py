"""The whole bench at a glance, without importing anything slow."""

from __future__ import annotations

import msgspec
from msgspec import structs

from nab.actions.bench import Bench
from nab.actions.disks import preflight
from nab.actions.reports import live_runs
from nab.actions.reports.live_runs import LiveRun
from nab.actions.upkeep.sync import lag
from nab.core.errors import NabError
from nab.core.overview.summaries import Overview
from nab.core.text import times
from nab.core.text.tables import table
from nab.core.upkeep.disks import Disk
from nab.edges import clock
from nab.edges.docker import engine
from nab.edges.files import files

LATE_SECONDS = 15 * 60


class LiveBox(msgspec.Struct, frozen=True, kw_only=True):
    """A box that runs, as the engine tells of it."""

    name: str
    run: str
    status: str


class Status(Overview, frozen=True, kw_only=True):
    """The overview that was last published, and what is so now. `boxes` None: the engine cannot be asked."""

    runs: tuple[LiveRun, ...]
    boxes: tuple[LiveBox, ...] | None
    log_seq: int
    sync: lag.Shown
    disks: tuple[Disk, ...]
    low: str
    alarms: tuple[dict[str, str], ...]  # as the dead-man has written them


def status(bench: Bench) -> Status:
    """Gather what is going on."""
    path = bench.paths.overview
    found = files.read_json(path, Overview) if path.exists() else Overview()
    boxes = boxes_now(bench)
    paused = {box.run for box in boxes or () if "(Paused)" in box.status}
    runs = tuple(live_runs.live(bench, run, paused) for run in found.runs)
    return Status(
        **structs.asdict(found) | {"runs": runs},
        boxes=boxes,
        log_seq=bench.log.last_seq,
        sync=lag.shown(bench),
        disks=tuple(preflight.look(bench)),
        low=preflight.low(bench),
        alarms=alarms_told(bench),
    )


def boxes_now(bench: Bench) -> tuple[LiveBox, ...] | None:
    """List our running boxes; None when the engine cannot be asked, which is not "none"."""
    try:
        return tuple(
            LiveBox(
                name=box["Names"][0].lstrip("/"), run=box["Labels"].get("nab.run", ""), status=box["Status"]
            )
            for box in engine.running_boxes(f"nab.state={bench.paths.root}")
        )
    except NabError:
        return None


def alarms_told(bench: Bench) -> tuple[dict[str, str], ...]:
    """List the alarms that the dead-man has told and that are not over."""
    try:
        told = files.read_json(bench.paths.alarms, dict[str, dict[str, str]])
    except NabError:
        return ()
    return tuple(told[key] for key in sorted(told))


def show(found: Status) -> str:
    """Write the status for a person."""
    parts = [boxes_shown(found)]
    if found.runs:
        parts.append(table(("run", "state", ""), [live_runs.cells(run) for run in found.runs]))
    else:
        parts.append("runs: none yet (make demo shows one; make run AGENT=baseline LEVEL=L3 starts one)")
    if found.rounds:
        cells = [
            (str(row.round), row.entrant, row.words, row.reason or row.corrected or "")
            for row in found.rounds
        ]
        parts.append(table(("round", "entrant", "outcome", ""), cells))
    if found.alarms:
        parts.append("\n".join(f"ALARM since {one['since']}: {one['text']}" for one in found.alarms))
    if found.enrolled:
        parts.append(watcher(found.newest_tick))
    parts += [*synced(found), log_line(found)]
    parts += [f"disk: {found.low}  <-- low: make gc"] if found.low else []
    return "\n\n".join(parts)


def boxes_shown(found: Status) -> str:
    """Tell of the boxes that run."""
    match found.boxes:
        case None:
            return "boxes: the Docker engine cannot be asked (make doctor)"
        case ():
            return "boxes: none is running"
        case running:
            return table(("box", "run", "for"), [(box.name, box.run, box.status) for box in running])


def synced(found: Status) -> list[str]:
    """Say how far the copy at the git remote is, where there is one."""
    return [found.sync["words"]] if found.sync["on"] else []


def log_line(found: Status) -> str:
    """Say how long the log is, and what of it is not shown yet."""
    newer = found.log_seq - found.upto_seq
    behind = f"; {newer} newer events are not shown yet (make verify shows them)" if newer else ""
    return f"log: {found.log_seq} events" + (f", shown as of {found.as_of}" if found.as_of else "") + behind


def watcher(newest: str | None) -> str:
    """Say when the window was looked at last, loudly when that is long ago."""
    if newest is None:
        return "watcher: has never looked (make tick)"
    seconds = (clock.now() - times.parse(newest)).total_seconds()
    late = "  <-- late: is nab-watch.timer running?" if seconds > LATE_SECONDS else ""
    return f"watcher: looked {seconds / 60:.0f} minutes ago{late}"
