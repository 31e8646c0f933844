"""The end of a run's box: we end it, or it was lost and the run goes on in a new start of it."""

from __future__ import annotations

import click

from nab.actions.bench import Bench
from nab.actions.boxes import script_check
from nab.actions.runs.ending import evidence, session_end
from nab.core.facts import RunStopping, ScriptChecked
from nab.core.runs.ending.box_end import after, exit_code_for, told_to_end
from nab.core.runs.ending.next_session import Over
from nab.core.runs.runs import Run
from nab.core.text.names import waiting_name
from nab.edges import clock
from nab.edges.docker import boxes, slots
from nab.edges.untrusted import outboxes

GRACE_SECONDS = 30
PAUSED = "paused"


def order(bench: Bench, run: Run, over: Over) -> ScriptChecked | None:
    """Tell the box to end, once its submit.sh has been looked at. Returns what that look found, if it was the first."""
    if checked := check_script(bench, run):
        detail = f" ({checked.detail})" if checked.detail else ""
        click.echo(f"  {run.entrant} │ [nab] submit.sh: {checked.verdict}{detail}")
    outboxes.give(bench.run(run.name).control, outboxes.EndOrder(exit_code_for(over)))
    return checked


def end(bench: Bench, run: Run, reason: str) -> None:
    """Stop the box for a reason of ours, once its submit.sh has been looked at."""
    check_script(bench, run)
    stop(bench, run, reason)


def stop(bench: Bench, run: Run, reason: str) -> None:
    """Stop the box: TERM, then KILL. The reason is on record before. A box that waits for its turn hears it too."""
    announce(bench, run, reason)
    box = boxes.inspect(bench.engine, run.container or "")
    if box and box.status == PAUSED:
        slots.wake(bench.engine, box.id)
    boxes.stop(bench.engine, run.container or "", GRACE_SECONDS)


def announce(bench: Bench, run: Run, reason: str) -> None:
    """Write down that a run is about to be ended by us."""
    fact = RunStopping(reason=reason)
    bench.log.append(fact, entrant=run.entrant, run=run.name, id=f"{run.name}:stopping")


def check_script(bench: Bench, run: Run) -> ScriptChecked | None:
    """Look at the submit.sh that the agent leaves, unless that was done: while its box runs, if we end it."""
    return script_check.check(bench, run) if run.script is None else None


def note_loss(bench: Bench, run: Run) -> bool:
    """Write down that a run has lost its box and goes on, and free the slot; False where its end is the run's end."""
    box = box_of(bench, run)
    if box and box.running and not started_by_others(run, box):
        return False
    if told_to_end(run, box.exit_code if box else None, clock.now()):
        return False
    session_end.close_with_its_box(bench, run.name)
    box = box_of(bench, run)  # closing takes a while, and somebody may have been removing it
    fact = after(run, evidence.found(bench, run, box), clock.now())
    if fact is not None:
        nth = len(run.lost_boxes) + 1
        bench.log.append(fact, entrant=run.entrant, run=run.name, id=f"{run.name}:box-{nth}:ended")
        leave_the_slot(bench, run, box)
    return fact is not None


def box_of(bench: Bench, run: Run) -> boxes.Box | None:
    """Return the box of a run as the engine tells of it now; None where it has none, or none any more."""
    return boxes.inspect(bench.engine, run.container) if run.container else None


def started_by_others(run: Run, box: boxes.Box) -> bool:
    """Say whether a box runs in a start that is not on record: somebody outside ended it and started it anew."""
    return box.running and bool(run.box_started_at) and box.started_at != run.box_started_at


def end_start_of_others(bench: Bench, run: Run) -> None:
    """Stop a box that somebody else started anew: what was cared for in it has ended, and it is started again by us."""
    box = box_of(bench, run)
    if box and run.stopping is None and started_by_others(run, box):
        boxes.stop(bench.engine, box.id, GRACE_SECONDS)


def leave_the_slot(bench: Bench, run: Run, box: boxes.Box | None) -> None:
    """Give the slot's name away: nobody should wait for a box that is not there."""
    if box and box.name == run.intended.slot:
        slots.step_aside(bench.engine, box.id, waiting_name(run.name))
