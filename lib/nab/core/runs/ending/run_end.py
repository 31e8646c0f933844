"""How a run ended, whose doing that was, and whether what it left is to be tried in the windows."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from nab.core.facts import Cause, RunEnded, RunEnding
from nab.core.runs.ending.box_end import told_to_end
from nab.core.runs.ending.next_session import Over
from nab.core.runs.runs import Run

BUDGET = "budget"  # why a box was stopped whose time was up
OUT_OF_ROOM = "out of room"  # why a box was stopped that wrote more than it may


def how_it_ended(run: Run, exit_code: int | None, oom_kills: int | None, now: datetime) -> Over:
    """Name the ending of a run whose box is no longer running; without an exit code, the box is gone."""
    return told_to_end(run, exit_code, now) or by_its_box(run, exit_code, oom_kills)


def by_its_box(run: Run, exit_code: int | None, oom_kills: int | None) -> Over:
    """Name the ending of a run by why its box was stopped, or by how it ended without that."""
    match run.stopping:
        case str() as why if why == BUDGET:
            return Over(RunEnding.TIMED_OUT, Cause.AGENT, "its time was up")
        case str() as why if why == OUT_OF_ROOM:
            return Over(RunEnding.FAILED, Cause.AGENT, "it wrote more than its folders may hold")
        case str() as why:
            return Over(RunEnding.STOPPED, Cause.HARNESS, f"stopped: {why}")
        case None if exit_code is None:
            return Over(RunEnding.ORPHANED, Cause.HARNESS, "its box is gone, and we did not remove it")
        case None if exit_code == 0:
            return Over(RunEnding.FINISHED, Cause.AGENT, "ended by itself")
        case None:
            killed = f", {oom_kills} kills for lack of memory" if oom_kills else ""
            return Over(RunEnding.FAILED, Cause.AGENT, f"ended with exit code {exit_code}{killed}")
        case _:
            assert_never(run.stopping)


def is_worth_windows(ended: RunEnded) -> bool:
    """Say whether what a run left is to be tried in the windows: not where it came to nothing through us."""
    return ended.ending in {RunEnding.FINISHED, RunEnding.TIMED_OUT} or (
        ended.ending is RunEnding.FAILED and ended.cause is not Cause.HARNESS
    )
