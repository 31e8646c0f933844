"""End what runs, in order: runs are stopped, collected and recorded."""

from __future__ import annotations

import click

from nab.actions.bench import Bench
from nab.actions.log import derived
from nab.actions.runs import recovery
from nab.actions.runs.ending import box_end, run_end
from nab.core.errors import NabError
from nab.core.runs import choice
from nab.core.runs.runs import Run, unfinished
from nab.edges import clock
from nab.edges.docker import boxes

WAIT_SECONDS = 90
BY_OPERATOR = "by the operator"


def stop(bench: Bench, name: str = "") -> None:
    """Stop every run of this state folder, or the one of that name: one that is cared for is finished by whoever cares.

    Raises NabError where no such run goes on.
    """
    waiting = unfinished(bench.runs())
    if name and not waiting:
        raise NabError("no run goes on", hint="make runs")
    meant = choice.named([run.name for run in waiting], name) if name else ""
    waiting = [run for run in waiting if meant in {"", run.name}]
    if not waiting and not [box for box in bench.find_boxes() if box.running]:
        click.echo("nothing is running")
        return
    for run in waiting:
        click.echo(f"stopping {run.name}")
        end(bench, run)
    with bench.deciding():
        recovery.repair(bench)
    recovery.close_lost_attempts(bench)
    derived.publish(bench)
    click.echo("stopped; make status shows how the runs ended")


def end(bench: Bench, run: Run) -> None:
    """Stop one run, or its waiting, and see that its end is on record."""
    if run.container and boxes.inspect(bench.engine, run.container):
        box_end.stop(bench, run, BY_OPERATOR)
    else:
        box_end.announce(bench, run, BY_OPERATOR)
    if bench.attended(run.name):
        wait_for_its_end(bench, run.name)
    else:
        with bench.deciding():
            run_end.finish(bench, run.name)


def wait_for_its_end(bench: Bench, name: str) -> None:
    """Wait until whoever cares for the run has recorded its end."""
    deadline = clock.monotonic() + WAIT_SECONDS
    while bench.attended(name) and clock.monotonic() < deadline:
        clock.pause(0.5)
