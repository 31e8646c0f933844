"""What comes after the end of a box that nobody asked for. One pure function; no other place decides it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from nab.core.facts import BoxEnded, Cause
from nab.core.levels import Level
from nab.core.runs.next_session import LASTING, drawn, pause
from nab.core.runs.runs import Run
from nab.core.text import times


@dataclass(frozen=True)
class BoxEnd:
    """How a box was found to have ended. No exit code: it is gone.

    `ours` says how the machine or the engine took it; it is empty where what ran in it ended it.
    """

    exit_code: int | None
    finished_at: str | None = None
    oom_kills: int | None = None
    ours: str = ""


def after(run: Run, end: BoxEnd, now: datetime) -> BoxEnded | None:
    """Say that a run goes on in a new start of its box, and from when; None where its end is the run's end.

    A program of ours has no sessions that could be resumed: its run is over. A coding agent's workspace, home and
    conversations are on the host, and outlive every box.
    """
    if run.stopping is not None or not run.intended.llm or not run.box_started_at:
        return None
    match run.intended.level:
        case Level.L1 | Level.L2 | Level.L3 if not end.ours:
            return None
        case Level.L1 | Level.L2 | Level.L3 | Level.L4:
            return again(run, end, now)
        case _:
            assert_never(run.intended.level)


def again(run: Run, end: BoxEnd, now: datetime) -> BoxEnded:
    """Start the box again: later and later where it does not last."""
    ended = times.maybe(end.finished_at) or now
    wait = pause(short_lives(run, ended), drawn(f"{run.name} {len(run.lost_boxes)}"))
    return BoxEnded(
        container=run.container or "",
        started_at=run.box_started_at or run.since,
        cause=Cause.HARNESS if end.ours else Cause.AGENT,
        reason=end.ours or what_it_said(end),
        again_at=times.text(max(ended, now - LASTING) + wait),
        exit_code=end.exit_code,
        oom_kills=end.oom_kills,
        finished_at=end.finished_at,
    )


def what_it_said(end: BoxEnd) -> str:
    """Say how what ran in the box ended it."""
    killed = f", {end.oom_kills} kills for lack of memory" if end.oom_kills else ""
    return f"its box ended with exit code {end.exit_code}{killed}"


def short_lives(run: Run, ended: datetime) -> int:
    """Count the box's lives in a row, the newest included, that were soon over."""
    lives = [(run.box_started_at or run.since, ended)]
    lives += [
        (one.started_at, times.parse(one.finished_at or one.again_at)) for one in reversed(run.lost_boxes)
    ]
    short = (over - times.parse(began) < LASTING for began, over in lives)
    return next((number for number, soon in enumerate(short) if not soon), len(lives))
