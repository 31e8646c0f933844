"""What the engine told of a run's box: killed and by which signal, stopped, out of memory, ended."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import takewhile

import msgspec

from nab.core.text import times

# What befalls a box through a request to the engine, or by itself (oom, die).
KINDS = ("start", "kill", "stop", "restart", "die", "oom", "pause", "unpause", "update", "destroy")


class EngineEvent(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One event of the engine about a box, at the engine's own time (UTC, microseconds).

    A `kill` has a signal, as a number in text or a name; a `die` has the exit code.
    """

    time: str
    box: str
    what: str
    signal: str = ""
    exit_code: int | None = None

    @property
    def at(self) -> datetime:
        return times.parse(self.time)

    @property
    def signal_name(self) -> str:
        """Name the signal: SIGKILL for 9; what is no signal is said as it is."""
        try:
            return signal.Signals(int(self.signal)).name
        except ValueError:
            return self.signal

    @property
    def text(self) -> str:
        """Say it on one line: 2026-05-16T13:02:07.123456Z kill SIGKILL."""
        code = "" if self.exit_code is None else f"exit code {self.exit_code}"
        return " ".join(part for part in (self.time, self.what, self.signal_name, code) if part)


def life(events: Iterable[EngineEvent], box: str, started_at: str) -> tuple[EngineEvent, ...]:
    """Return the events of one start of a box, oldest first, each once, up to its next start.

    The request that started it anew belongs to the end before.
    """
    began = times.parse(started_at)
    own = sorted({one for one in events if one.box == box and one.at >= began}, key=in_order)
    died = next((place for place, one in enumerate(own) if one.what == "die"), len(own))
    after = list(takewhile(lambda one: one.what != "start", own[died:]))
    later = own[died + len(after) :]
    again = [one for one in later[1:2] if one.what == "restart"]
    return (*own[:died], *after, *again)


def in_order(event: EngineEvent) -> tuple[datetime, int, str]:
    """Order events by their time; those of one microsecond as they follow each other."""
    place = KINDS.index(event.what) if event.what in KINDS else len(KINDS)
    return event.at, place, event.signal


def death(events: Sequence[EngineEvent]) -> EngineEvent | None:
    """Return the event that says that the box ended; None where nobody heard it."""
    return next((one for one in events if one.what == "die"), None)
