"""Boxes that ended without our doing: whose doing it was, and that the run goes on in a new start of its box."""

from __future__ import annotations

from nab.actions.bench import Bench
from nab.actions.recording import resource_monitor
from nab.actions.runs import finishing, sessions
from nab.core.runs import box_endings
from nab.core.runs.box_endings import BoxEnd
from nab.core.runs.runs import Run, RunState
from nab.core.text import times
from nab.core.text.names import waiting_name
from nab.edges import clock
from nab.edges.docker import boxes, engine, slots

GONE = "its box is gone, and we did not remove it"
REBOOTED = "the machine was started anew"
ENGINE = "the Docker engine was started anew"


def note(bench: Bench, name: str) -> bool:
    """Write down that a run has lost its box and goes on, and free the slot; False where its end is the run's end.

    Call it under the scheduler lock. Safe to repeat.
    """
    run = bench.runs()[name]
    if run.state is RunState.ORPHANED:
        return True
    box = boxes.inspect(bench.engine, run.container) if run.container else None
    if run.state is not RunState.RUNNING or (box and box.running):
        return False
    code = box.exit_code if box else None
    if finishing.planned_end(run, code):
        return False
    if coding := sessions.of(bench, run):
        coding.box_ended()
    kills = resource_monitor.oom_kills(bench.run(name))
    end = BoxEnd(code, box.finished_at if box else None, kills, taken_by_us(bench, run, box))
    fact = box_endings.after(run, end, clock.now())
    if fact is None:
        return False
    bench.log.append(fact, entrant=run.entrant, run=name, id=f"{name}:box-{len(run.lost_boxes) + 1}:ended")
    leave_the_slot(bench, run, box)
    return True


def leave_the_slot(bench: Bench, run: Run, box: boxes.Box | None) -> None:
    """Give the slot's name away: nobody should wait for a box that is not there."""
    if box and box.name == run.intended.slot:
        slots.name(bench.engine, box.id, waiting_name(run.name))


def taken_by_us(bench: Bench, run: Run, box: boxes.Box | None) -> str:
    """Say how the machine or the engine took the box; empty where what ran in it ended it."""
    if box is None:
        return GONE
    if run.boot != clock.boot_id():
        return REBOOTED
    began = engine.began(bench.engine)
    if began and box.started_at and times.parse(began) > times.parse(box.started_at):
        return ENGINE
    return ""
