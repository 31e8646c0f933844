"""Runs as make status shows them: as they were published last, with what is so now."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import structs

from nab.actions.bench import Bench
from nab.actions.disks import watch
from nab.actions.recording import last_activity
from nab.actions.recording.processes import leftovers
from nab.core.overview import live_words, run_words
from nab.core.overview.run_summaries import LiveRun, RunGlance
from nab.core.runs.states import RunState
from nab.core.text import times
from nab.edges import clock


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
    return live_words.cells(run, run_words.vain(run), run_words.told(run), clock.now())
