"""Names that people, files and the engine share: entrants, runs, their boxes and networks."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import NamedTuple

from nab.core.errors import NabError
from nab.core.levels import Level

BRANCH_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
AGENT_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")
LLM_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@-]{0,99}")  # never an option of the program that is told it
REPLICA = re.compile(r"[a-z0-9]{1,8}")
ENTRANT_NAME = re.compile(rf"({AGENT_NAME.pattern})-(l[0-9])(?:-({REPLICA.pattern}))?")


class Choice(NamedTuple):
    """Who is meant, as a person writes it: an agent, a level and, of several such entrants, which replica."""

    agent: str
    level: str
    replica: str = ""

    @property
    def words(self) -> str:
        """Write it as make takes it."""
        which = f" REPLICA={self.replica}" if self.replica else ""
        return f"AGENT={self.agent} LEVEL={self.level}{which}"


def entrant_name(agent: str, level: Level, replica: str = "") -> str:
    """Name an agent at a level, and which of several: codex-l4, codex-l4-b. Raises NabError for no name."""
    if replica and not REPLICA.fullmatch(replica):
        raise NabError(f"{replica!r} is not a valid name for a replica", hint="a-z and 0-9, eight at most: b")
    return f"{agent}-{level.value.lower()}{f'-{replica}' if replica else ''}"


def choice(given: Choice, entrant: str) -> Choice:
    """Return what was given, or what the name of an entrant stands for.

    Raises NabError when both were given, or when the name is none.
    """
    if not entrant:
        return given
    if any(given):
        said = "--entrant stands for --agent, --level and --replica"
        raise NabError(said, hint=f"--entrant {entrant} says it all")
    if not (parts := ENTRANT_NAME.fullmatch(entrant)):
        raise NabError(f"no entrant {entrant!r}", hint="an agent, a level and perhaps a replica: codex-l4-b")
    return Choice(parts[1], parts[2].upper(), parts[3] or "")


def run_name(entrant: str, started: datetime) -> str:
    """Name one launch of an entrant, to the second, UTC: 2026-05-16T130207Z-codex-l4."""
    return f"{started.astimezone(UTC):%Y-%m-%dT%H%M%SZ}-{entrant}"


def slot_name(slot: str) -> str:
    """Name a slot's box. The engine's table of names is the mutex: one box has it, for as long as that box lives."""
    return f"nab-slot-{slot}"


def waiting_name(run: str) -> str:
    """Name the box of a run that waits for its turn."""
    return f"nab-wait-{run}"


def done_name(run: str) -> str:
    """Name the box of an ended run."""
    return f"nab-done-{run}"


def network_name(run: str) -> str:
    """Name the network of a run."""
    return f"nab-net-{run}"


def is_branch(name: str) -> bool:
    """Say whether git takes a name for a branch's, and every file system and server too."""
    parts = name.split("/")
    return (
        all(BRANCH_PART.fullmatch(part) and not part.endswith(".lock") for part in parts)
        and ".." not in name
        and not name.endswith(".")
        and name != "HEAD"
    )
