"""A box's CPU seconds, in two series: while a session goes on, and while none does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from nab.core.recording.processes.processes import SessionSpan
from nab.core.text import times


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """CPU seconds so far. `unsure` were used between two looks at the counter between which a session began or ended.

    `counter` is what the box's own counter said at the last look, at the instant `at`; None before the first.
    """

    session: float = 0.0
    alone: float = 0.0
    unsure: float = 0.0
    counter: float | None = None
    at: str = ""


def add(series: Series, counter: float, now: datetime, lives: Sequence[SessionSpan]) -> Series:
    """Count what the box has used since the last look. A counter that began anew counts from nothing."""
    since = times.maybe(series.at)
    used = counter - (series.counter or 0.0)
    name = during(since, now, lives)
    return msgspec.structs.replace(
        series,
        counter=counter,
        at=times.text(now),
        **{name: getattr(series, name) + (used if used >= 0 else counter)},
    )


def during(since: datetime | None, now: datetime, lives: Sequence[SessionSpan]) -> str:
    """Name the series that a stretch of time belongs to. Before the first look only the box's start lies."""
    if since is None:
        return "unsure" if lives else "alone"
    if any(life.began <= since and (life.ended is None or life.ended >= now) for life in lives):
        return "session"
    if all(life.began >= now or (life.ended is not None and life.ended <= since) for life in lives):
        return "alone"
    return "unsure"
