"""The whole bench at a glance, as `nab.actions.reports.status` tells it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from nab.core.overview import glance
from nab.core.text.tables import Report
from nab.core.upkeep.sync import lag_words
from nab.doors import log_end, machine
from nab.doors.light import Door, Unsure, shown

Json = dict[str, Any]


def answer(arguments: Sequence[str]) -> str:
    """Return what the door prints. Raises Unsure where a disk fills up."""
    door = Door(arguments)
    overview = published(door)
    now = datetime.now(UTC)
    boxes = running(door)
    paused = {box["run"] for box in boxes if "(Paused)" in box["status"]}
    found = {
        **overview,
        "runs": [look(door, run, paused, now) for run in overview["runs"]],
        "boxes": boxes,
        "log_seq": log_end.seq(door),
        "sync": sync(door, now),
        "disks": disks(door),
        "low": "",
        "alarms": alarms(door),
    }
    return door.answer(found, lambda: shown_to_people(door, found, now))


def published(door: Door) -> Json:
    """Return the overview that was published last. Raises Unsure unless the rest was derived with this one."""
    path = door.place("overview.json")
    was = os.stat(path)
    overview: Json = door.read_json("overview.json")
    if door.known["overview"] != [was.st_ino, was.st_mtime_ns, was.st_size]:
        raise Unsure
    return overview


def running(door: Door) -> list[dict[str, str]]:
    """List our boxes that run."""
    return [
        {
            "name": box["Names"][0].lstrip("/"),
            "run": box["Labels"].get("nab.run", ""),
            "status": box["Status"],
        }
        for box in machine.boxes(f"nab.state={door.root}")
    ]


def look(door: Door, run: Json, paused: set[str], now: datetime) -> Json:
    """Look at a run: what goes on of one that has ended is little."""
    if run["ended"]:
        return over(door, run, paused)
    from nab.doors import living

    return living.looked_at(door, run, paused, now)


def over(door: Door, run: Json, paused: set[str]) -> Json:
    """Tell of a run that has ended."""
    return {
        **run,
        "paused": run["run"] in paused,
        "attended": machine.is_held(door.place(f"runs/{run['run']}/locks/attend")),
        "disk": None,
        "progress": None,
        "goes_on": "",
    }


def sync(door: Door, now: datetime) -> Json:
    """Tell where the copy at the git remote stands."""
    remote = door.known["remote"]
    try:
        noted = door.read_json("sync/last.json")
    except FileNotFoundError:
        noted = None
    if noted is not None and [*noted] != door.known["sync_fields"]:
        raise Unsure  # another version wrote it
    if noted is not None and noted["remote"] != remote:
        noted = None
    words = lag_words.words(SimpleNamespace(**noted) if noted else None, remote, now)
    values = (
        noted | {"lag_seconds": round(lag_words.lag_seconds(noted["waiting_since"], now), 1)} if noted else {}
    )
    return {"on": bool(remote), **values, "words": words}


def disks(door: Door) -> list[Json]:
    """Look at the disks of the state folder and of the engine's data. Raises Unsure where one fills up."""
    found = [disk("state", door.root)]
    root = machine.ask("/info")["DockerRootDir"]
    try:
        if os.stat(root).st_dev != os.stat(door.root).st_dev:
            found.append(disk("engine", root))
    except OSError:
        pass
    for one in found:
        few = one["free_files"] is not None and one["free_files"] < door.known["least_files"]
        if few or one["free_bytes"] < door.known["least_bytes"]:
            raise Unsure
    return found


def disk(what: str, place: str) -> Json:
    """Tell what is free on a disk."""
    found = os.statvfs(place)
    files = found.f_favail if found.f_files else None
    return {"what": what, "place": place, "free_bytes": found.f_bavail * found.f_frsize, "free_files": files}


def alarms(door: Door) -> list[dict[str, str]]:
    """List the alarms that are not over."""
    try:
        told = door.read_json("alarms.json")
    except FileNotFoundError:
        return []
    if not all(isinstance(text, str) for one in told.values() for text in one.values()):
        raise Unsure
    return [told[key] for key in sorted(told)]


def shown_to_people(door: Door, found: Json, now: datetime) -> Report:
    """Write it for a person."""
    return glance.shown(
        boxes=[(box["name"], box["run"], box["status"]) for box in found["boxes"]],
        runs=[cells(door, run, now) for run in found["runs"]],
        rounds=door.known["rounds"],
        alarms=found["alarms"],
        newest_tick=found["newest_tick"],
        has_watcher=bool(found["enrolled"]),
        sync=found["sync"]["words"] if found["sync"]["on"] else "",
        log_seq=found["log_seq"],
        upto_seq=found["upto_seq"],
        as_of=found["as_of"],
        low="",
        now=now,
    )


def cells(door: Door, run: Json, now: datetime) -> tuple[str, str, str]:
    """Tell where a run stands: of one that has ended that is derived."""
    if run["ended"]:
        name, state, told = door.known["ended"][run["run"]]
        return name, state, told
    from nab.doors import living

    return living.cells(run, door.known["living"][run["run"]], now)


def is_shown(arguments: Sequence[str]) -> bool:
    """Print it, if it can be told for certain."""
    return shown(answer, arguments)
