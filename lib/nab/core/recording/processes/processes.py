"""The processes of a box, as one look at them finds them."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from datetime import datetime

import msgspec

from nab.core.text.terminal import safe

MOST_ARGV = 300  # characters that are kept of a command line
DEAD = "ZX"


class Process(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One process: `pid`, `parent`, `group` and `leader` as the host counts, `inside` as the box does.

    `start` is in clock ticks since the boot: with the pid it is no other process's. `cpu_seconds` are its own, which
    stand apart as well, and those of the children that it waited for. `marker` is the session that its environment
    names.
    """

    pid: int
    start: int
    began: str
    parent: int = 0
    inside: int = 0
    group: int = 0
    leader: int = 0
    state: str = "S"
    cpu_seconds: float = 0.0
    own_cpu_seconds: float = 0.0
    resident_bytes: int = 0
    argv: str = ""
    folder: str = ""
    marker: str = ""

    @property
    def key(self) -> str:
        """What no other process of this boot is called."""
        return f"{self.pid}-{self.start}"

    @property
    def lives(self) -> bool:
        return self.state not in DEAD


class Census(msgspec.Struct, frozen=True, kw_only=True):
    """All processes of a box at an instant. `first` is the pid of the box's first; `left_out` were too many."""

    at: datetime
    boot: str
    first: int
    processes: tuple[Process, ...]
    left_out: int = 0


class SessionSpan(msgspec.Struct, frozen=True, kw_only=True):
    """A session as the host knows it; None: it goes on."""

    name: str
    began: datetime
    ended: datetime | None = None


def command_line(words: Iterable[str]) -> str:
    """Write what a process says that it is. It may say anything: what comes out is one harmless line."""
    line = safe(shlex.join(words)).replace("\n", "\\x0a")
    return line if len(line) <= MOST_ARGV else f"{line[: MOST_ARGV - 1]}…"


def open_session(lives: Iterable[SessionSpan]) -> str:
    """Return the session that goes on, or nothing."""
    return next((life.name for life in lives if life.ended is None), "")
