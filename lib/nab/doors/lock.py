"""What holds a slot, who waits for it, and whether anybody cares for it: as `nab.actions.turns.slot` tells it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nab.core.text import slots
from nab.doors import log_end, machine
from nab.doors.light import Door, Unsure, shown


def answer(arguments: Sequence[str]) -> str:
    """Return what the door prints."""
    door = Door(arguments, ["--slot"])
    log_end.seq(door)
    name = door.known["slots"][door.slot or ""]
    box = machine.ask(f"/containers/{machine.quoted(name)}/json")
    found = {
        "slot": name,
        "held": held(door, box) if box else None,
        "waiting": waiting(door, name, box["Id"] if box else ""),
        "deciding": machine.is_held(door.place("sched.lock")),
    }
    return door.answer(found, lambda: [slots.show(found)])


def held(door: Door, box: dict[str, Any]) -> dict[str, Any]:
    """Tell of the box that has the slot's name."""
    labels = box["Config"]["Labels"] or {}
    run, state = labels.get("nab.run", ""), labels.get("nab.state", "")
    return {
        "container": box["Id"],
        "run": run,
        "status": box["State"]["Status"],
        "started": slots.instant(box["State"]["StartedAt"]),
        "state": state,
        "attended": bool(run) and state == door.root and cared_for(door, run),
    }


def cared_for(door: Door, run: str) -> bool:
    """Say whether a living process cares for a run."""
    return machine.is_held(door.place(f"runs/{run}/locks/attend"))


def waiting(door: Door, name: str, holder: str) -> list[dict[str, str]]:
    """List the paused boxes of runs of a slot, but for the one that holds it."""
    found = machine.boxes(f"nab.state={door.root}", "nab.role=agent", ended=True)
    known = door.known["slot_of"]
    paused = [(box["Labels"].get("nab.run", ""), box) for box in found if box["State"] == "paused"]
    if any(run not in known for run, _ in paused):
        raise Unsure  # it began after what we know was derived
    return [
        {"run": run, "name": box["Names"][0].lstrip("/"), "status": box["State"]}
        for run, box in paused
        if known[run] == name and box["Id"] != holder
    ]


def is_shown(arguments: Sequence[str]) -> bool:
    """Print it, if it can be told for certain."""
    return shown(answer, arguments)
