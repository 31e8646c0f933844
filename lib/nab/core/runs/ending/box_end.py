"""How a box ended: as we told it to, or without our asking; and what comes after that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from nab.core.facts import BoxEnded, Cause, RunEnding
from nab.core.levels import row
from nab.core.runs.ending import next_session
from nab.core.runs.ending.next_session import LASTING, Over, drawn, pause
from nab.core.runs.ending.responsibility import Doing
from nab.core.runs.runs import Run
from nab.core.text import times

WELL, BADLY = 0, 1  # exit codes of a box that we told to end


@dataclass(frozen=True)
class BoxEnd:
    """How a box was found to have ended, and whose doing that was. Without an exit code nobody saw it end.

    `gone`: the engine has it no longer. `engine` is what it told of the end, a line each.
    """

    exit_code: int | None
    doing: Doing
    finished_at: str | None = None
    oom_kills: int | None = None
    gone: bool = False
    engine: tuple[str, ...] = ()


def exit_code_for(over: Over) -> int:
    """Return the exit code that a box is told to end with when its sessions are over."""
    return WELL if over.ending is RunEnding.FINISHED else BADLY


def told_to_end(run: Run, exit_code: int | None, now: datetime) -> Over | None:
    """Say how a run ended whose box we told to end, by its sessions; None for every other one."""
    if run.stopping or not run.sessions or exit_code not in {WELL, BADLY}:
        return None
    after = next_session.after(run.intended.level, run.tries, now)
    return after if isinstance(after, Over) else None


def after(run: Run, end: BoxEnd, now: datetime) -> BoxEnded | None:
    """Say that a run goes on after the end of a box that nobody asked for, and from when; None where it does not.

    A program of ours has no sessions that could be resumed: its run is over. A coding agent's workspace, home and
    conversations are on the host, and outlive every box.
    """
    if run.stopping is not None or not run.intended.llm or not run.box_started_at:
        return None
    goes_on = end.doing.cause is not Cause.AGENT or row(run.intended.level).endless
    return again(run, end, now) if goes_on else None


def again(run: Run, end: BoxEnd, now: datetime) -> BoxEnded:
    """Start the box again: later and later where it does not last."""
    ended = times.maybe(end.finished_at) or now
    wait = pause(short_lives(run, ended), drawn(f"{run.name} {len(run.lost_boxes)}"))
    return BoxEnded(
        container=run.container or "",
        started_at=run.box_started_at or run.since,
        cause=end.doing.cause,
        reason=end.doing.words,
        again_at=times.text(max(ended, now - LASTING) + wait),
        exit_code=end.exit_code,
        oom_kills=end.oom_kills,
        finished_at=end.finished_at,
        engine=end.engine,
    )


def short_lives(run: Run, ended: datetime) -> int:
    """Count the box's lives in a row, the newest included, that were soon over."""
    lives = [(run.box_started_at or run.since, ended)]
    lives += [
        (one.started_at, times.parse(one.finished_at or one.again_at)) for one in reversed(run.lost_boxes)
    ]
    short = (over - times.parse(began) < LASTING for began, over in lives)
    return next((number for number, soon in enumerate(short) if not soon), len(lives))
