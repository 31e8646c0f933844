"""How a run ended, and whose doing that was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from nab.core.facts import Cause, Ending
from nab.core.runs.runs import Run

OUT_OF_ROOM = "out of room"  # why a box was stopped that wrote more than it may


@dataclass(frozen=True)
class Over:
    """How a run ended, whose doing it was, and why."""

    ending: Ending
    cause: Cause
    reason: str


def how_it_ended(run: Run, exit_code: int | None, oom_kills: int | None) -> Over:
    """Name the ending of a run whose box, with this exit code, is no longer running; None: the box is gone."""
    match run.stopping:
        case "budget":
            return Over(Ending.TIMED_OUT, Cause.AGENT, "its time was up")
        case str() as why if why == OUT_OF_ROOM:
            return Over(Ending.FAILED, Cause.AGENT, "it wrote more than its folders may hold")
        case str() as why:
            return Over(Ending.STOPPED, Cause.HARNESS, f"stopped: {why}")
        case None if exit_code is None:
            return Over(Ending.ORPHANED, Cause.HARNESS, "its box is gone, and we did not remove it")
        case None if exit_code == 0:
            return Over(Ending.FINISHED, Cause.AGENT, "ended by itself")
        case None:
            killed = f", {oom_kills} kills for lack of memory" if oom_kills else ""
            return Over(Ending.FAILED, Cause.AGENT, f"ended with exit code {exit_code}{killed}")
        case _:
            assert_never(run.stopping)
