"""Bring a run's box up: its surroundings, the box, and the agent in it. Every step can be repeated after a crash.

The proxy takes longest, and comes beside all that does not need it. No program of an agent runs before it is ready.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import click

from nab.actions.bench import Bench
from nab.actions.boxes import agent_box, proxy
from nab.actions.disks import run_disks
from nab.actions.log import derived
from nab.actions.recording.workspace import git_watcher
from nab.actions.runs.ending import box_end, run_end
from nab.actions.runs.enrolments import enrol
from nab.core.errors import BUSY, NabError
from nab.core.facts import BoxStarted, RunStarted, RunStarting
from nab.core.levels import Submits, submits
from nab.core.runs.runs import Run
from nab.core.text import times
from nab.edges import clock
from nab.edges.docker import boxes, engine, slots

REFUSED_FOR = timedelta(hours=1)


def bring_up(bench: Bench, run: Run) -> None:
    """Go on from wherever the run stands until its box runs. Call it under the scheduler lock, when it is its turn.

    Safe to repeat after a crash at any line.
    """
    bench.log.append(
        RunStarting(),
        entrant=run.entrant,
        run=run.name,
        id=named(run, "starting", len(run.lost_boxes)),
    )
    try:
        with engine.in_words():
            run_disks.attach(bench.run(run.name))
            with proxy.beginning(bench, run, proxy.WORK) as until_it_is_ready:
                box = started(bench, run, until_it_is_ready)
    except engine.EngineSilent:
        raise  # nothing is known: it is tried again
    except NabError as error:
        if error.exit_code != BUSY:  # what is taken becomes free
            could_not_start(bench, run, error)
        raise
    note_start(bench, run, box)


def started(bench: Bench, run: Run, until_the_proxy_is_ready: Callable[[], None]) -> boxes.Box:
    """Make the box and what belongs to it while its proxy comes up, and start it. Returns it as it runs."""
    box = made(bench, run)
    waits = waits_for_us(bench, run)
    if box.running and not waits:  # whoever started it ended before that was on record
        until_the_proxy_is_ready()
        return box
    begin_history(bench, run)
    if waits and not box.running:
        box = boxes.start(bench.engine, box.id)
    derived.publish(bench)
    prove_clients(bench, run, until_the_proxy_is_ready)
    agent_box.let_work(bench, run)
    return box if box.running else boxes.start(bench.engine, box.id)


def made(bench: Bench, run: Run) -> boxes.Box:
    """Make the box, unless it is there, and have it named after the slot."""
    box = bench.agent_box(run.name) or agent_box.make(bench, run)
    agent_box.note(bench, run, box, named(run, "created", len(run.lost_boxes)))
    if box.name != run.intended.slot:
        slots.name(bench.engine, box.id, run.intended.slot)
    return box


def could_not_start(bench: Bench, run: Run, error: NabError) -> None:
    """End a run that cannot begin. One that has begun is worth some patience: a driver, say, is being upgraded.

    Raises EngineSilent while it is waited for.
    """
    box = bench.agent_box(run.name)
    if box and (not box.started_at or waits_for_us(bench, run)):
        # No agent has run in it, and it has the slot's name: a new try makes another.
        boxes.remove(bench.engine, box.id)
    if not run.started_at:
        run_end.never_started(bench, run, error)
    elif isinstance(error, boxes.Refused):
        if clock.now() < times.parse(run.again_at or run.since) + REFUSED_FOR:
            raise engine.EngineSilent(error.message, hint=error.hint) from None
        box_end.announce(bench, run, f"its box could not be started again: {error.message}")
        run_end.finish(bench, run.name)


def named(run: Run, what: str, nth: int) -> str:
    """Name a step of a run's start, so that it is written down once; a further start of its box has its own."""
    return f"{run.name}:{what}:{nth}" if nth else f"{run.name}:{what}"


def waits_for_us(bench: Bench, run: Run) -> bool:
    """Say whether nothing of the agent's runs in its box until it is told to: the first time, before it was.

    A coding agent's waits for its first order, a control's until it is let work. A box that is started again may have
    an order that it has not carried out.
    """
    if run.started_at or run.sessions:
        return False
    return bool(run.intended.llm) or not agent_box.may_work(bench, run)


def begin_history(bench: Bench, run: Run) -> None:
    """Have the history of the workspace begin before the agent does."""
    if run.started_at is None:
        git_watcher.look(bench, run.name)


def prove_clients(bench: Bench, run: Run, until_the_proxy_is_ready: Callable[[], None]) -> None:
    """Before the agent's program runs for the first time: do the clients in its image trust the proxy?"""
    if run.started_at is None:
        click.echo(agent_box.check_clients(bench, run, until_the_proxy_is_ready))
    else:
        until_the_proxy_is_ready()


def note_start(bench: Bench, run: Run, box: boxes.Box) -> None:
    """Write down that the box runs, since when, and that an agent which submits by itself is enrolled."""
    started, nth = times.parse(box.started_at), len(run.lost_boxes)
    note = partial(bench.log.append, entrant=run.entrant, run=run.name, valid=started)
    if run.started_at is None:
        note(RunStarted(started_at=box.started_at), id=f"{run.name}:started")
    else:
        note(BoxStarted(container=box.id, started_at=box.started_at), id=named(run, "started", nth))
    if submits(run.intended.level) is Submits.BY_AGENT:
        enrol(bench, run)  # it submits by itself from now on, and may never end
