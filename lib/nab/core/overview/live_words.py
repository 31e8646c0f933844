"""What is told in a line of a run that goes on, as it is now. Imports little: a light door shows it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from nab.core.runs import deadlines
from nab.core.runs.states import RunState
from nab.core.text import times
from nab.core.upkeep import disks
from nab.core.upkeep.disks import Room

if TYPE_CHECKING:
    from nab.core.overview.run_summaries import LiveRun

SHOWN_FROM = 0.8  # of what a run's disk may hold


def cells(run: LiveRun, vain: str, told: str, now: datetime) -> tuple[str, str, str]:
    """Tell where a run stands, and whether anybody cares for it. `vain` and `told` are of `run_words`."""
    cared = "" if run.attended else "; no process supervises it: the next tick or make run adopts it"
    full = room(run.disk, Room(run.made_of.disk_bytes, run.made_of.disk_files))
    goes_on = f"; {run.goes_on}" if run.goes_on else ""
    return run.run, run.state, f"{standing(run, now)}{late(run, vain, now)}{goes_on}{full}{told}{cared}"


def standing(run: LiveRun, now: datetime) -> str:
    """Tell what a run does now, or what it waits for."""
    if run.state == RunState.QUEUED:
        return f"waits for its turn since {run.since} (make next)"
    if run.state == RunState.ORPHANED:
        lost = run.lost_boxes[-1]
        return f"{lost.reason} ({lost.cause}); its box is started again from {lost.again_at} on"
    minutes = (now - times.parse(run.started or run.intended)).total_seconds() / 60
    budget = run.made_of.budget_seconds
    limit = f"{minutes:.0f} of {budget / 60:.0f} minutes" if budget else f"{minutes:.0f} minutes"
    return f"{limit}{session(run)}{'; paused until its turn (make next)' if run.paused else ''}"


def late(run: LiveRun, vain: str, now: datetime) -> str:
    """Tell of a run that has been in its state for too long, and of one whose program ends again and again."""
    again = run.lost_boxes[-1].again_at if run.lost_boxes else ""
    over = deadlines.overdue(RunState(run.state), run.since, now, again)
    stuck = deadlines.stuck(times.maybe(run.progress), now)
    return "".join(f"  <-- {what}" for what in (over, vain, stuck) if what)


def session(run: LiveRun) -> str:
    """Tell of the newest session of a coding agent: that it goes on, or how it ended."""
    if not run.sessions:
        return ""
    newest = run.sessions[-1]
    if newest.ended is None:
        return f"; {newest.session}"
    again = newest.ended.retry_at
    waits = f", worth trying again from {again}" if again else ""
    return f"; {newest.session} ended: {newest.ended.ending}{waits}"


def room(used: Room | None, limit: Room) -> str:
    """Tell of a disk that fills."""
    if not used or not limit.bytes:
        return ""
    full = used.share_of(limit) >= SHOWN_FROM
    return f"; its disk holds {disks.taken(used, limit)}" if full else ""
