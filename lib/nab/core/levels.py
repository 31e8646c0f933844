"""The levels are a table; every question about a level is answered here, exhaustively."""

from __future__ import annotations

from enum import StrEnum
from typing import assert_never

from nab.core.errors import NabError


class Level(StrEnum):
    """How much of the job is the agent's own."""

    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    L4 = "L4"


class Submits(StrEnum):
    """Who puts the predictions in on the day."""

    BY_SCHEDULER = "scheduler"
    BY_AGENT = "agent"


class Shares(StrEnum):
    """How a run at a level has the slot: to itself until its end, or in slices with others of its kind."""

    EXCLUSIVE = "exclusive"
    SLICED = "sliced"


def title(level: Level) -> str:
    """Say what the level is called."""
    match level:
        case Level.L1:
            return "guided"
        case Level.L2:
            return "directed"
        case Level.L3:
            return "autonomous"
        case Level.L4:
            return "forever loop"
        case _:
            assert_never(level)


def submits(level: Level) -> Submits:
    """Say who submits in the window."""
    match level:
        case Level.L1 | Level.L2 | Level.L3:
            return Submits.BY_SCHEDULER
        case Level.L4:
            return Submits.BY_AGENT
        case _:
            assert_never(level)


def shares(level: Level) -> Shares:
    """Say how a run at that level has the slot."""
    match level:
        case Level.L1 | Level.L2 | Level.L3:
            return Shares.EXCLUSIVE
        case Level.L4:
            return Shares.SLICED
        case _:
            assert_never(level)


def parse(written: str) -> Level:
    """Return the level that LEVEL names. Raises NabError that lists the choices."""
    if written not in set(Level):
        choices = ", ".join(f"{one} ({title(one)})" for one in Level)
        raise NabError(f"no level {written!r}" if written else "no LEVEL given", hint=f"levels: {choices}")
    return Level(written)
