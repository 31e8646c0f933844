"""The table of levels: one row a level, and every question about a level is answered from it.

Only a level's prompt is elsewhere, because it is a text: `lib/nab/prompts/L1.md` and so on, named as the level is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

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


@dataclass(frozen=True, kw_only=True)
class Row:
    """What is so at a level. Who submits also decides when an entrant is enrolled: an agent that does, at its start."""

    title: str
    submits: Submits
    shares: Shares
    limited: bool  # to limits.active_hours of working time
    endless: bool  # whatever way a session or a box ended, the next one follows
    keeps_notes: bool  # a later session begins with what the agent wrote into NOTES.md
    controls: bool  # programs of ours run at it too


TABLE: dict[Level, Row] = {
    Level.L1: Row(
        title="guided",
        submits=Submits.BY_SCHEDULER,
        shares=Shares.EXCLUSIVE,
        limited=True,
        endless=False,
        keeps_notes=False,
        controls=False,
    ),
    Level.L2: Row(
        title="directed",
        submits=Submits.BY_SCHEDULER,
        shares=Shares.EXCLUSIVE,
        limited=True,
        endless=False,
        keeps_notes=False,
        controls=False,
    ),
    Level.L3: Row(
        title="autonomous",
        submits=Submits.BY_SCHEDULER,
        shares=Shares.EXCLUSIVE,
        limited=True,
        endless=False,
        keeps_notes=False,
        controls=True,
    ),
    Level.L4: Row(
        title="forever loop",
        submits=Submits.BY_AGENT,
        shares=Shares.SLICED,
        limited=False,
        endless=True,
        keeps_notes=True,
        controls=False,
    ),
}


def row(level: Level) -> Row:
    """Return what is so at a level."""
    return TABLE[level]


def title(level: Level) -> str:
    """Return what the level is called."""
    return row(level).title


def submits(level: Level) -> Submits:
    """Return who submits in the window."""
    return row(level).submits


def shares(level: Level) -> Shares:
    """Return how a run at that level has the slot."""
    return row(level).shares


def endless() -> list[Level]:
    """Return the levels whose runs have no end of their own."""
    return [level for level in Level if row(level).endless]


def of_controls() -> list[Level]:
    """Return the levels that programs of ours run at."""
    return [level for level in Level if row(level).controls]


def contrasts() -> list[tuple[Level, Level]]:
    """Return the levels that are compared as groups: the agents of one with the same agents of another."""
    return [(Level.L4, Level.L3)]


def either(levels: Iterable[Level]) -> str:
    """Write levels as a choice: L1, L2 or L3."""
    *others, last = levels
    return f"{', '.join(others)} or {last}" if others else str(last)


def parse(written: str) -> Level:
    """Return the level that LEVEL names, in any case. Raises NabError that lists the choices."""
    if written.upper() not in set(Level):
        choices = ", ".join(f"{one} ({title(one)})" for one in Level)
        raise NabError(f"no level {written!r}" if written else "no LEVEL given", hint=f"levels: {choices}")
    return Level(written.upper())
