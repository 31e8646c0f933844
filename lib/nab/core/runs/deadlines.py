"""How long a run may be in its state, and without getting on. Who is late is shown; nothing is ended for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from nab.core.runs.states import RunState
from nab.core.text import durations, times

QUEUED = timedelta(days=4)  # three runs of a day may be before it, and the L4 agents have as much in between
STARTING = timedelta(minutes=3)
STOPPING = timedelta(minutes=2)  # 30 s from TERM to KILL, and what is left is collected
ORPHANED = timedelta(minutes=10)  # beyond the time from which its box may be started again
STUCK = timedelta(hours=6)


def due(state: RunState, since: str, again_at: str = "") -> datetime | None:
    """Return when a run should have left the state that it came into at `since`; None where only its work decides.

    `again_at` is when the box of an orphaned run may be started again.
    """
    came = times.parse(since)
    match state:
        case RunState.QUEUED:
            return came + QUEUED
        case RunState.STARTING:
            return came + STARTING
        case RunState.STOPPING:
            return came + STOPPING
        case RunState.ORPHANED:
            return max(came, times.parse(again_at or since)) + ORPHANED
        case RunState.RUNNING | RunState.ENDED:
            return None
        case _:
            assert_never(state)


def overdue(state: RunState, since: str, now: datetime, again_at: str = "") -> str:
    """Say for how long a run has been in a state that it should have left; empty where it should not have."""
    when = due(state, since, again_at)
    if when is None or now < when:
        return ""
    return f"{state.value} for {durations.text((now - times.parse(since)).total_seconds())}"


def stuck(last: datetime | None, now: datetime) -> str:
    """Say that a run has not got on for long; empty where it has."""
    if last is None or now - last < STUCK:
        return ""
    return f"no call, no word and no change for {durations.text((now - last).total_seconds())}"
