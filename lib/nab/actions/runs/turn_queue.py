"""Waiting for the slot: a run that has no box that runs waits until it is its turn, and is brought up then."""

from __future__ import annotations

from datetime import datetime, timedelta

import click

from nab.actions.bench import Bench
from nab.actions.log import derived
from nab.actions.runs import starting
from nab.actions.turns import scheduler
from nab.core.errors import BUSY, NabError
from nab.core.runs.runs import Run
from nab.core.text import times
from nab.edges import clock
from nab.edges.docker import boxes, engine
from nab.edges.host import sd_notify

LOOK_SECONDS = 1.0
BUSY_LOOK = timedelta(seconds=5)


def until_its_turn(bench: Bench, name: str) -> None:
    """Wait until it is the run's turn and its box runs, or until it was stopped. Says what it waits for."""
    said = ""
    while True:
        try:
            with engine.speaking():
                again, because = step(bench, name)
        except NabError as error:
            if error.exit_code != BUSY and not isinstance(error, engine.EngineSilent):
                raise
            again, because = clock.now() + BUSY_LOOK, error.message
        if again is None:
            return
        if because != said:
            if not said:
                derived.publish(bench)  # one that starts at once is shown when it does
            said = because
            click.echo(f"{name} waits: {because}")
        rest(bench, again, f"{name} waits: {because}")


def step(bench: Bench, name: str) -> tuple[datetime | None, str]:
    """Look once. Returns when to look again and what is waited for; no time when there is nothing to wait for."""
    with bench.deciding():
        run = bench.runs()[name]
        if not run.waits_for_its_box:
            return None, ""
        if run.again_at and clock.now() < times.parse(run.again_at):
            return times.parse(run.again_at), waits_because(run)
        decision = scheduler.look(bench, run.intended.slot)
        if decision.holder == name:
            if holder := other_holder(bench, run):
                return clock.now() + BUSY_LOOK, f"{holder} has ended and still has the slot"
            starting.bring_up(bench, run)
            return None, ""
    return decision.look_again, decision.because


def other_holder(bench: Bench, run: Run) -> str:
    """Return who else's box has the slot's name: one that has ended, and whose end is not recorded yet."""
    box = boxes.inspect(bench.engine, run.intended.slot)
    return "" if box is None or box.run == run.name else (box.run or box.name)


def waits_because(run: Run) -> str:
    """Say why the box of a run that lost it is not started again yet."""
    return f"{run.lost_boxes[-1].reason}; it is started again at {run.again_at[11:19]} UTC"


def rest(bench: Bench, until: datetime, status: str) -> None:
    """Wait until then, or until something new is in the log: a turn may have become free."""
    seen, soonest = bench.log.last_seq, clock.now() + BUSY_LOOK
    while clock.now() < until and (clock.now() < soonest or bench.log.last_seq == seen):
        clock.pause(LOOK_SECONDS)
        sd_notify.alive(status)
