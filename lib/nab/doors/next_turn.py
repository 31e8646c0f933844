"""Whose turn it is where no run has one or waits for it; else `nab.actions.turns.scheduler` decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from nab.core.text import slots
from nab.doors import log_end, machine
from nab.doors.light import Door, Unsure, shown


def answer(arguments: Sequence[str]) -> str:
    """Return what the door prints. Raises Unsure where a run may have the slot, or a window may be open."""
    door = Door(arguments, ["--slot"])
    now = datetime.now(UTC)
    over = door.known["window_over"]
    if not log_end.is_as_it_was(door) or door.known["slots"][door.slot or ""] in door.known["wanted"]:
        raise Unsure
    if over and now <= datetime.fromisoformat(over):
        raise Unsure
    machine.boxes(
        f"nab.state={door.root}", "nab.role=agent"
    )  # who decides asks the engine, too: it has to answer
    again = now + timedelta(seconds=door.known["look_every"])
    found: dict[str, object] = {
        "holder": None,
        "because": "nobody waits",
        "awake": [],
        "together": False,
        "look_again": again.isoformat(),
    }
    return door.answer(found, lambda: slots.next_shown(None, "nobody waits", (), again, together=False))


def is_shown(arguments: Sequence[str]) -> bool:
    """Print it, if it can be told for certain."""
    return shown(answer, arguments)
