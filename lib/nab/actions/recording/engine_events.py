"""Follow what the engine tells of a run's box, and keep it: an engine that is started anew has forgotten it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

import msgspec

from nab.actions.bench import Bench
from nab.core.recording.engine_events import EngineEvent, death, life
from nab.edges import clock
from nab.edges.docker import boxes, engine, engine_events
from nab.edges.docker.boxes import Box
from nab.edges.docker.engine import EngineSilent
from nab.edges.files import locks, records
from nab.edges.kernel import pidfds
from nab.paths import RunPaths

DUTY, WRITING = "engine-follower", "engine-events"
AGAIN_SECONDS = 1.0  # between two tries to hear an engine that does not speak
NONE = timedelta()
AFTERWARDS = timedelta(seconds=2)  # what follows an end comes within that: that it was stopped, or removed


def watch(bench: Bench, run: str) -> None:
    """Write down what the engine tells of the run's box until it ends. Raises NabError (busy) when somebody does."""
    with locks.held(bench.run(run).lock(DUTY), what=f"the engine follower of {run}"):
        box = bench.agent_box(run)
        if box and box.running:
            follow(bench, run, box)


def follow(bench: Bench, run: str, box: Box) -> None:
    """Follow a box to its end. An engine that ends is waited for as long as the box goes on without it."""
    with pidfds.opened(box.pid) as lives:
        while True:
            with suppress(EngineSilent):
                if listen(bench, run, box):
                    return
            if lives is None or pidfds.ended_within(lives, AGAIN_SECONDS):
                with suppress(EngineSilent):
                    look(bench, run, box.id, box.started_at)
                return


def listen(bench: Bench, run: str, box: Box) -> bool:
    """Write events down as they come. Returns whether the box has ended; the engine may end before."""
    with engine.speaking():
        for event in engine_events.told(bench.engine, box.id, box.started_at):
            keep(bench, run, [event])
            if event.what in {"die", "destroy"}:
                later = engine_events.told(bench.engine, box.id, box.started_at, clock.now() + AFTERWARDS)
                keep(bench, run, list(later))
                return True
        now = boxes.inspect(bench.engine, box.id)
        return now is None or not now.running


def look(bench: Bench, run: str, box: str, started_at: str, patience: timedelta = NONE) -> None:
    """Ask the engine for what it remembers of one start of a box, or tells within a while, and keep what is new.

    Raises EngineSilent.
    """
    with engine.speaking():
        told = engine_events.told(bench.engine, box, started_at, clock.now() + patience)
        keep(bench, run, list(told))


def keep(bench: Bench, run: str, events: Sequence[EngineEvent]) -> None:
    """Append those events that are not on record yet."""
    paths, limits = bench.run(run), bench.config.settings.recording.segments
    with locks.held(paths.lock(WRITING), what="the record of the engine's events", wait_seconds=10):
        known = recorded(paths)
        for event in events:
            if event not in known:
                records.append_line(paths.engine_events, msgspec.json.encode(event), limits)


def recorded(paths: RunPaths) -> set[EngineEvent]:
    """Read what is on record; a line that was left unfinished is left out."""
    found = set()
    for line in records.lines(paths.engine_events):
        with suppress(msgspec.DecodeError):
            found.add(msgspec.json.decode(line, type=EngineEvent))
    return found


def of_life(bench: Bench, run: str, box: str, started_at: str, *, ended: bool) -> tuple[EngineEvent, ...]:
    """Return what is known of one start of a box, after one more look. Raises EngineSilent.

    An engine that says that a box has ended tells of its death a moment later.
    """
    look(bench, run, box, started_at)
    events = life(recorded(bench.run(run)), box, started_at)
    if ended and not death(events):
        look(bench, run, box, started_at, AFTERWARDS)
        events = life(recorded(bench.run(run)), box, started_at)
    return events
