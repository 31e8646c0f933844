"""Whose turn it is, by the turns as they were derived: as `nab.actions.turns.scheduler` decides it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nab.core.text import slots
from nab.core.turns import books, decision
from nab.core.turns.books import Books, Candidate, SeenBox
from nab.core.turns.machine_clock import Moment
from nab.doors import log_end, machine
from nab.doors.light import Door, Unsure, shown
from nab.edges import clock


def answer(arguments: Sequence[str]) -> str:
    """Return what the door prints. Raises Unsure where something was written since that may change whose turn it is."""
    door = Door(arguments, ["--slot"])
    slot = door.known["slots"][door.slot or ""]
    if not log_end.is_quiet_since(door):
        raise Unsure
    moment = Moment(clock.now(), clock.boot_id(), clock.monotonic())
    found = decision.decide(books.situation(kept(door.known["turns"]), slot, boxes(door), moment))
    told = {
        "holder": found.holder,
        "because": found.because,
        "awake": list(found.awake),
        "together": found.together,
        "look_again": found.look_again.isoformat(),
    }
    return door.answer(
        told,
        lambda: [
            slots.next_shown(
                found.holder, found.because, found.awake, found.look_again, together=found.together
            )
        ],
    )


def kept(told: dict[str, Any]) -> Books:
    """Read what was derived of the turns."""
    candidates = {
        slot: tuple(Candidate(**one) for one in found) for slot, found in told["candidates"].items()
    }
    return Books(**told | {"candidates": candidates})


def boxes(door: Door) -> dict[str, SeenBox]:
    """List the agents' boxes, by their runs."""
    found = machine.boxes(f"nab.state={door.root}", "nab.role=agent", ended=True)
    return {
        box["Labels"].get("nab.run", ""): SeenBox(box["Id"], box["Names"][0].lstrip("/"), box["State"])
        for box in found
    }


def is_shown(arguments: Sequence[str]) -> bool:
    """Print it, if it can be told for certain."""
    return shown(answer, arguments)
