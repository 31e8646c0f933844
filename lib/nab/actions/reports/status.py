"""The whole bench at a glance, without importing anything slow."""

from __future__ import annotations

import sys
from contextlib import suppress

import msgspec
from msgspec import structs

from nab.actions.bench import Bench
from nab.actions.disks import preflight
from nab.actions.reports import live_runs
from nab.actions.upkeep.sync import lag
from nab.config import Config
from nab.core.errors import NabError
from nab.core.overview import glance, summaries
from nab.core.overview.run_summaries import LiveRun
from nab.core.overview.summaries import Overview
from nab.core.text.tables import Report
from nab.core.upkeep.disks import Disk
from nab.edges import clock
from nab.edges.docker import engine
from nab.edges.files import files
from nab.edges.host import console

LOOK_SECONDS = 2.0


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


def watch(config: Config) -> None:
    """Show the status on a terminal until Ctrl-C. Raises NabError where there is no terminal."""
    if not console.is_terminal(sys.stdout):
        raise NabError("there is no terminal to show it on", hint="make status; JSON=1 for programs")
    with suppress(KeyboardInterrupt):
        console.watch(lambda: show(status(Bench(config, "status"))), LOOK_SECONDS)


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


def show(found: Status) -> Report:
    """Write the status for a person."""
    boxes = None if found.boxes is None else [(box.name, box.run, box.status) for box in found.boxes]
    return glance.shown(
        boxes=boxes,
        runs=[live_runs.cells(run) for run in found.runs],
        rounds=[summaries.cells(row) for row in found.rounds],
        alarms=found.alarms,
        newest_tick=found.newest_tick,
        has_watcher=bool(found.enrolled),
        sync=found.sync["words"] if found.sync["on"] else "",
        log_seq=found.log_seq,
        upto_seq=found.upto_seq,
        as_of=found.as_of,
        low=found.low,
        now=clock.now(),
    )
