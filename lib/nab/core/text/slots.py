"""What holds a slot and who has it next, for a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from nab.core.text import times


def show(found: dict[str, Any]) -> str:
    """Tell what holds a slot, who waits, and whether somebody decides right now."""
    lines = [f"{found['slot']} is free"]
    if box := found["held"]:
        cared = "a living process supervises it" if box["attended"] else "no process supervises it"
        lines = [
            f"{found['slot']} is held by {box['run'] or 'a box that is no run of ours'}",
            f"  container {box['container']}",
            f"  {box['status']}, started {box['started'] or 'never'}; {cared}",
        ]
        if box["state"]:
            lines.append(f"  of the state folder {box['state']}")
    lines += [f"{one['run']} waits ({one['status']})" for one in found["waiting"]]
    if found["deciding"]:
        lines.append(
            "somebody holds the scheduler lock: a run is just being started, ended or given its turn"
        )
    return "\n".join(lines)


def next_shown(
    holder: str | None, because: str, awake: Sequence[str], look_again: datetime, *, together: bool
) -> str:
    """Tell who has the slot next, and until when that is so."""
    lines = [f"{holder or 'nobody'}: {because}"]
    if together:
        lines.append(f"the window is open: awake are {', '.join(awake)}")
    lines.append(f"this may change at {times.text(look_again)}")
    return "\n".join(lines)


def instant(written: str) -> str:
    """Cut the engine's nanoseconds to the microseconds that Python reads; "never" becomes empty."""
    if written.startswith("0001-"):
        return ""
    whole, _, fraction = written.rstrip("Z").partition(".")
    return f"{whole}.{fraction[:6]:0<6}Z" if fraction else f"{whole}Z"
