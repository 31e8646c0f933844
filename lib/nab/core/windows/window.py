"""Can predictions be put in now? Imports little: a light door asks it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum


class Window(StrEnum):
    """Can predictions be put in now? "We could not ask" is never "no"."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


def at(opens: datetime, closes: datetime, now: datetime) -> Window:
    """Say whether a round of these times takes submissions now. Ask only with what the API answered."""
    return Window.OPEN if opens <= now < closes else Window.CLOSED
