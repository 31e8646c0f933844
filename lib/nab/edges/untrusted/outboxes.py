"""The two files by which we and a coding agent's box talk: our order, and what it says of a session's end."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from nab.core.foreign import Decoder, UnreadableError
from nab.edges.files import files
from nab.edges.untrusted import descriptors, workspaces
from nab.paths import AgentFolder

MOUNTED = "/run/nab-out"
ORDER = "order.json"  # in the control folder
PROGRAM = ("python3", "-I", "/usr/local/lib/nab/sessions.py")  # images/base/sessions.py
SMALL = 1 << 16


class StartOrder(msgspec.Struct, frozen=True, tag_field="do", tag="start"):
    """Start a session: the program and its arguments. One that has begun is never started again."""

    session: str
    argv: tuple[str, ...]


class Stop(msgspec.Struct, frozen=True, tag_field="do", tag="stop"):
    """End the session that runs: TERM, then KILL."""

    session: str


class EndOrder(msgspec.Struct, frozen=True, tag_field="do", tag="end"):
    """End the box with this exit code."""

    exit_code: int


class SessionEnd(msgspec.Struct, frozen=True):
    """How a session ended, as the box says. `began` and `ended` are seconds since 1970; -N is signal N.

    The agent could have written it, so nothing but the agent's own run depends on it.
    """

    began: float
    ended: float
    exit_code: int
    oom_kills: int = 0
    asked: bool = False

    @property
    def ended_at(self) -> datetime:
        return datetime.fromtimestamp(self.ended, UTC)


SESSION_END = Decoder(SessionEnd)


def give(control: Path, order: StartOrder | Stop | EndOrder) -> None:
    """Make this the order that holds. Safe to repeat."""
    files.replace_bytes(control / ORDER, msgspec.json.encode(order))


class Ordered(msgspec.Struct):
    """What of an order says which session it is about."""

    session: str = ""


def ordered(control: Path) -> str:
    """Return the session that the newest order is about; empty where it is about none. The folder is ours."""
    try:
        return msgspec.json.decode((control / ORDER).read_bytes(), type=Ordered).session
    except (OSError, msgspec.MsgspecError):
        return ""


def ended(outbox: AgentFolder, session: str) -> SessionEnd | None:
    """Return how a session ended; None while it runs, or where what stands there is no such thing."""
    try:
        written = workspaces.content(outbox, os.fsencode(f"{session}/ended.json"), SMALL)
        return None if written is None else usable(SESSION_END.decode(written))
    except (OSError, UnreadableError):
        return None


def usable(said: SessionEnd) -> SessionEnd | None:
    """Refuse what is no time, no exit code or no count."""
    moments = 0 < said.began < 2**33 and 0 < said.ended < 2**33
    if not (moments and -256 < said.exit_code < 256 and 0 <= said.oom_kills < 2**31):
        return None
    return said


def size(outbox: AgentFolder, session: str) -> int:
    """Return how much a session has printed, in bytes: whether it grows is what counts."""
    total = 0
    for name in ("stdout", "stderr"):
        found = descriptors.status(outbox, os.fsencode(f"{session}/{name}"))
        total += found.st_size if found else 0
    return total
