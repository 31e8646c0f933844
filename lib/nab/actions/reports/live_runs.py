"""Runs as make status shows them: as they were published last, with what is so now."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import structs

from nab.actions.bench import Bench
from nab.actions.disks import watch
from nab.actions.recording import last_activity
from nab.actions.recording.processes import leftovers
from nab.core.overview import run_words
from nab.core.overview.run_summaries import RunGlance
from nab.core.runs import deadlines
from nab.core.runs.ending.next_session import MOST_IN_VAIN
from nab.core.runs.runs import RunState
from nab.core.text import times
from nab.core.upkeep import disks
from nab.core.upkeep.disks import Room
from nab.edges import clock

SHOWN_FROM = 0.8  # of what a run's disk may hold


class LiveRun(RunGlance, frozen=True, kw_only=True):
    """A run and what is so now: what its disk holds, when it was last seen to get on, what it left running."""

    paused: bool
    attended: bool
    disk: Room | None
    progress: str | None
    goes_on: str


def live(bench: Bench, run: RunGlance, paused: Collection[str]) -> LiveRun:
    """Look at a run. `paused` are those whose boxes are."""
    return LiveRun(
        **structs.asdict(run),
        paused=run.run in paused,
        attended=bench.attended(run.run),
        disk=None if run.ended else watch.used(bench, run.run),
        progress=progressed(bench, run, paused),
        goes_on="" if run.ended else leftovers.shown(bench.run(run.run)),
    )


def progressed(bench: Bench, run: RunGlance, paused: Collection[str]) -> str | None:
    """Return when a run that works was last seen to get on; None for one that does not work now."""
    if run.state != RunState.RUNNING or run.run in paused:
        return None
    last = last_activity.seen(bench.run(run.run), run.sessions[-1].session if run.sessions else "")
    return times.text(last) if last else None


def cells(run: LiveRun) -> tuple[str, str, str]:
    """Tell where a run stands, and whether anybody cares for it."""
    if run.ended:
        return run_words.of_ended(run, run.ended)
    cared = "" if run.attended else "; nobody cares for it: the next tick or make run adopts it"
    full = room(run.disk, Room(run.made_of.disk_bytes, run.made_of.disk_files))
    return (
        run.run,
        run.state,
        f"{standing(run)}{late(run)}{behind(run)}{full}{run_words.cost(run)}{run_words.seen(run)}{cared}",
    )


def standing(run: LiveRun) -> str:
    """Tell what a run does now, or what it waits for."""
    if run.state == RunState.QUEUED:
        return f"waits for its turn since {run.since[:19]}Z (make next)"
    if run.state == RunState.ORPHANED:
        lost = run.lost_boxes[-1]
        return f"{lost.reason} ({lost.cause}); its box is started again from {lost.again_at[:19]}Z on"
    minutes = (clock.now() - times.parse(run.started or run.intended)).total_seconds() / 60
    budget = run.made_of.budget_seconds
    limit = f"{minutes:.0f} of {budget / 60:.0f} minutes" if budget else f"{minutes:.0f} minutes"
    return f"{limit}{session(run)}{'; paused until its turn (make next)' if run.paused else ''}"


def late(run: LiveRun) -> str:
    """Tell of a run that has been in its state for too long, and of one whose program ends again and again."""
    again = run.lost_boxes[-1].again_at if run.lost_boxes else ""
    over = deadlines.overdue(RunState(run.state), run.since, clock.now(), again)
    stuck = last_activity.stuck(times.parse(run.progress) if run.progress else None, clock.now())
    vain = run.in_vain
    often = f"{vain} sessions in a row ended without calling a tool" if vain >= MOST_IN_VAIN else ""
    return "".join(f"  <-- {what}" for what in (over, often, stuck) if what)


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


def behind(run: LiveRun) -> str:
    """Tell of what goes on although its session has ended."""
    return f"; {run.goes_on}" if run.goes_on else ""


def room(used: Room | None, limit: Room) -> str:
    """Tell of a disk that fills."""
    if not used or not limit.bytes:
        return ""
    full = used.share_of(limit) >= SHOWN_FROM
    return f"; its disk holds {disks.taken(used, limit)}" if full else ""
