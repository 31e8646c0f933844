"""How a run ended, whose doing that was, and whether what it left is to be tried in the windows."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from nab.core.facts import Cause, RunEnded, RunEnding
from nab.core.runs.ending.box_end import BoxEnd, told_to_end
from nab.core.runs.ending.next_session import Over
from nab.core.runs.runs import Run

BUDGET = "budget"  # why a box was stopped whose time was up
OUT_OF_ROOM = "out of room"  # why a box was stopped that wrote more than it may


def how_it_ended(run: Run, end: BoxEnd, now: datetime) -> Over:
    """Name the ending of a run whose box is no longer running."""
    return told_to_end(run, end.exit_code, now) or by_its_box(run, end)


def by_its_box(run: Run, end: BoxEnd) -> Over:
    """Name the ending of a run by why its box was stopped, or by how it ended without that."""
    match run.stopping:
        case str() as why if why == BUDGET:
            return Over(RunEnding.TIMED_OUT, Cause.AGENT, "its time was up")
        case str() as why if why == OUT_OF_ROOM:
            return Over(RunEnding.FAILED, Cause.AGENT, "it wrote more than its folders may hold")
        case str() as why:
            return Over(RunEnding.STOPPED, Cause.HARNESS, f"stopped: {why}")
        case None if end.gone and end.doing.cause is not Cause.AGENT:
            return Over(RunEnding.ORPHANED, end.doing.cause, end.doing.words)
        case None if end.exit_code == 0 and end.doing.cause is Cause.AGENT:
            return Over(RunEnding.FINISHED, Cause.AGENT, "ended by itself")
        case None:
            return Over(
                RunEnding.FAILED, end.doing.cause, end.doing.words, taken=end.doing.cause is not Cause.AGENT
            )
        case _:
            assert_never(run.stopping)


def is_worth_windows(ended: RunEnded) -> bool:
    """Say whether what a run left is to be tried in the windows: not where it came to nothing through us.

    An agent whose own failing it was is held to it, whatever it left. What was taken from it, or ended nobody knows
    how, owes only what it had left by then.
    """
    match ended.ending:
        case RunEnding.FINISHED | RunEnding.TIMED_OUT:
            return True
        case RunEnding.FAILED if ended.cause is Cause.AGENT:
            return True
        case RunEnding.FAILED if ended.cause is Cause.UNKNOWN or ended.taken:
            return ended.submit_script is not None
        case RunEnding.FAILED | RunEnding.STOPPED | RunEnding.ORPHANED:
            return False
        case _:
            assert_never(ended.ending)
