"""What holds the slot, and freeing it by hand. What lives is never freed: a slot ends with its box."""

from __future__ import annotations

from typing import Any

from nab.actions.bench import Bench
from nab.actions.turns.scheduler import slot_name
from nab.core.errors import BUSY, FAILED, NabError
from nab.core.text import names
from nab.edges.docker import boxes, slots
from nab.edges.files import locks

LEAST_DIGITS = 12  # of a container's id: what docker ps shows


def told(bench: Bench, slot: str | None = None) -> dict[str, Any]:
    """Tell what holds a slot, who waits for it, and whether somebody decides right now."""
    name = slot_name(bench.config, slot)
    box = boxes.inspect(bench.engine, name)
    known = bench.runs()
    waiting = [
        one
        for one in bench.find_boxes(role=boxes.AGENT)
        if one.status == "paused" and one.run in known and known[one.run].intended.slot == name
    ]
    return {
        "slot": name,
        "held": held(bench, box) if box else None,
        "waiting": [
            {"run": one.run, "name": one.name, "status": one.status}
            for one in waiting
            if one.id != (box and box.id)
        ],
        "deciding": locks.is_held(bench.paths.scheduler_lock),
    }


def held(bench: Bench, box: boxes.Box) -> dict[str, Any]:
    """Tell of the box that has the slot's name."""
    return {
        "container": box.id,
        "run": box.run,
        "status": box.status,
        "started": box.started_at,
        "state": box.labels.get(boxes.STATE, ""),
        "attended": is_ours(bench, box) and bench.attended(box.run),
    }


def is_ours(bench: Bench, box: boxes.Box) -> bool:
    """Say whether a box is one of this state folder's runs."""
    return bool(box.run) and box.labels.get(boxes.STATE) == str(bench.paths.root)


def unlock(bench: Bench, container: str, slot: str | None = None) -> str:
    """Free the slot of a box that has ended, by its id. Returns what was done.

    Raises NabError (busy) when what holds it lives, and when the id is another's.
    """
    name = slot_name(bench.config, slot)
    with bench.deciding():
        box = boxes.inspect(bench.engine, name)
        if box is None:
            raise NabError(f"nothing holds {name}", exit_code=FAILED)
        refuse_the_living(bench, box)
        if len(container) < LEAST_DIGITS or not box.id.startswith(container.lower()):
            hint = f"make lock shows its id; at least {LEAST_DIGITS} digits of it are needed"
            raise NabError(f"{container!r} is not the container that holds {name}", hint=hint)
        done = names.done_name(box.run or box.id[:LEAST_DIGITS])
        slots.name(bench.engine, box.id, done)
    return f"{name} is free; the box is {done} now"


def refuse_the_living(bench: Bench, box: boxes.Box) -> None:
    """Raise NabError (busy) when a box runs, when a process cares for its run, or when it is not ours to judge."""
    who = box.run or box.name
    if box.running:
        raise NabError(f"{who} runs ({box.status})", hint="make stop ends it in order", exit_code=BUSY)
    state = box.labels.get(boxes.STATE, "")
    if state and state != str(bench.paths.root):
        raise NabError(
            f"{who} is a run of the state folder {state}", hint="unlock it there: --state", exit_code=BUSY
        )
    if box.run and bench.attended(box.run):
        hint = "it records the end and frees the slot by itself; make stop ends it in order"
        raise NabError(f"a living process cares for {who}", hint=hint, exit_code=BUSY)
