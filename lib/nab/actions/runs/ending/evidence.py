"""What is known of the end of a box that we did not ask for, gathered from the engine, the machine and our records."""

from __future__ import annotations

from typing import NamedTuple

from nab.actions.bench import Bench
from nab.actions.recording import engine_events, resource_monitor
from nab.core.recording import resources
from nab.core.recording.engine_events import EngineEvent, death
from nab.core.recording.resources import Sample
from nab.core.runs.ending.box_end import BoxEnd
from nab.core.runs.ending.responsibility import ENGINE, REBOOTED, Traces, whose
from nab.core.runs.runs import Run
from nab.core.text import times
from nab.edges import clock
from nab.edges.docker import engine
from nab.edges.docker.boxes import Box
from nab.edges.host import machine

MOST_LINES = 20


class Start(NamedTuple):
    """One start of a box: whose run, which box, when (the engine's instant), in which boot of the machine."""

    run: str
    box: str
    at: str
    boot: str


def found(bench: Bench, run: Run, box: Box | None) -> BoxEnd:
    """Gather what is known of the end of a run's box, and say whose doing it was. Raises EngineSilent."""
    start = Start(run.name, run.container or "", run.box_started_at or "", run.boot)
    return of_start(bench, start, box)


def of_start(bench: Bench, start: Start, box: Box | None) -> BoxEnd:
    """Gather what is known of the end of one start of a box.

    Only an engine that goes on is believed: one that is being ended takes its boxes with it. Raises EngineSilent.
    """
    events = told(bench, start, ended=box is None or not box.running)
    died = death(events)
    known = traces(bench, start, box, events)
    return BoxEnd(
        exit_code=known.exit_code,
        doing=whose(known),
        finished_at=died.time if died else finished(bench, start, box, known),
        oom_kills=resource_monitor.oom_kills(bench.run(start.run)),
        gone=box is None,
        engine=tuple(one.text for one in events[-MOST_LINES:]),
    )


def finished(bench: Bench, start: Start, box: Box | None, known: Traces) -> str | None:
    """Return when a box ended whose death nobody heard; None where nobody knows.

    Of one that went with its machine the engine says when it found it ended, after the boot, if it had not seen the end
    before: what counts is when it last gave a sign of life.
    """
    told_at = times.maybe(box.finished_at) if box else None
    if known.anew != REBOOTED or (told_at and told_at < clock.booted()):
        return box.finished_at if box else None
    seen = [start.at, *(one.time for one in known.events), *(one.time for one in samples_of(bench, start))]
    return max(seen, key=times.parse)


def told(bench: Bench, start: Start, *, ended: bool = False) -> tuple[EngineEvent, ...]:
    """Return what the engine told of it; nothing of a box that never started."""
    if not (start.box and start.at):
        return ()
    engine.refuse_ending()
    return engine_events.of_life(bench, start.run, start.box, start.at, ended=ended)


def traces(bench: Bench, start: Start, box: Box | None, events: tuple[EngineEvent, ...]) -> Traces:
    """Gather what tells whose doing the end was."""
    died, samples = death(events), samples_of(bench, start)
    return Traces(
        exit_code=died.exit_code if died else (box.exit_code if box else None),
        oom_kills=resources.oom_kills(samples),
        events=events,
        anew=started_anew(bench, start),
        gone=box is None,
        going_down=machine.is_going_down(),
        starved=resources.starved(samples),
    )


def samples_of(bench: Bench, start: Start) -> list[Sample]:
    """Return what was sampled in this start of the box."""
    return list(resource_monitor.samples(bench.run(start.run), start.at)) if start.at else []


def started_anew(bench: Bench, start: Start) -> str:
    """Say what was started anew since the box was: the machine, or an engine that takes its boxes with it."""
    if not start.at:
        return ""
    if start.boot != clock.boot_id():
        return REBOOTED
    began = engine.began(bench.engine)
    return ENGINE if began and times.parse(began) > times.parse(start.at) else ""
