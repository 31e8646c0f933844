"""Care for a run: sidecars beside it, an eye on its time, and its end seen to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import click

from nab.actions.bench import Bench
from nab.actions.boxes import proxy
from nab.actions.boxes.canary import Canary
from nab.actions.disks.watch import DiskWatch
from nab.actions.log import derived
from nab.actions.recording import foreign_bytes, predictions
from nab.actions.recording.calls.denials import Denials
from nab.actions.runs import engine_outages, sessions, turn_queue
from nab.actions.runs.ending import box_end, run_end
from nab.actions.runs.ending.box_end import PAUSED
from nab.actions.runs.sidecars import Witnesses
from nab.actions.transcripts import live_view
from nab.actions.turns import scheduler
from nab.core.errors import BUSY, NabError
from nab.core.runs.ending.run_end import BUDGET
from nab.core.runs.runs import Run
from nab.core.text import terminal, times
from nab.edges import clock
from nab.edges.docker import boxes
from nab.edges.files import locks
from nab.edges.host import sd_notify
from nab.paths import CARE

LOOK_SECONDS = 1.0
WITNESS_SECONDS = 10.0
NOT_OURS_AFTER = timedelta(seconds=5)  # between a box's pause and its change of names lies less


@contextmanager
def caring(bench: Bench, run: str) -> Iterator[None]:
    """Be the one process that cares for a run. Raises NabError (busy) if there is one already."""
    with locks.held(bench.run(run).lock(CARE), what=f"the care of {run}"):
        yield


def follow(bench: Bench, name: str, *, show: bool = True) -> Run:
    """Stay with a run to its end, through every start of its box, and record it. Returns the run as it ended.

    An end is judged only while the engine answers: one that is being ended takes its boxes with it and falls silent.
    It is waited for, and what it says then counts.
    """
    silence = engine_outages.Silence(bench, bench.runs()[name])
    while True:
        goes_on = None
        with silence.borne():
            goes_on = once(bench, name, show=show)
        if goes_on is False:
            return bench.runs()[name]
        if goes_on is None:
            sd_notify.alive(f"waiting for the engine with {name}")
            clock.pause(LOOK_SECONDS)


def once(bench: Bench, name: str, *, show: bool) -> bool:
    """Stay with one start of a run's box, to its end. Returns whether the run goes on in another. Safe to repeat."""
    is_new = bench.runs()[name].waits_for_its_box
    turn_queue.until_its_turn(bench, name)
    run = bench.runs()[name]
    with shown(bench, run) if show and run.container else nullcontext():
        if run.container:
            bring_to_its_end(bench, run, is_new=is_new)
    with bench.deciding():
        goes_on = run_end.settle(bench, name)
        pass_on(bench, run)
    derived.publish(bench)
    return goes_on


def pass_on(bench: Bench, run: Run) -> None:
    """Give the slot to whoever is next, now that it is free."""
    try:
        scheduler.look(bench, run.intended.slot)
    except NabError as error:
        click.echo(f"nobody has the slot yet: {error.message}", err=True)  # the next tick looks again


def bring_to_its_end(bench: Bench, run: Run, *, is_new: bool) -> None:
    """Wait for the end of the box, or stop it."""
    canary, witnesses = Canary(bench, run, is_new), Witnesses(bench, run)
    if not is_new:
        witnesses.start()
    reason = wait(bench, run, witnesses, canary, is_new=is_new)
    canary.end()
    if reason:
        box_end.end(bench, run, reason)
    box_end.end_start_of_others(bench, run)


@contextmanager
def shown(bench: Bench, run: Run) -> Iterator[None]:
    """Print what the agent does, as it does it."""
    over = threading.Event()
    show = live_view.accompany if run.intended.llm else show_output
    showing = threading.Thread(target=show, args=(bench, run, over), daemon=True)
    showing.start()
    try:
        yield
    finally:
        over.set()
    showing.join(timeout=5)  # not where somebody left by Ctrl-C: what a box prints goes on


def show_output(bench: Bench, run: Run, _over: threading.Event) -> None:
    """Print what the agent prints, as it comes."""
    rest = b""
    for chunk in boxes.output(bench.engine, run.container or "", follow=True):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            click.echo(f"  {run.entrant} │ {terminal.one_line(line.decode(errors='replace'))}")


def wait(bench: Bench, run: Run, witnesses: Witnesses, canary: Canary, *, is_new: bool) -> str:
    """Wait for the end of the box. Returns why it has to be stopped, or nothing when it ended by itself.

    Where the box is new its proxy was just seen, and the session is ordered first: the other witnesses come beside it.
    """
    due = clock.monotonic() + WITNESS_SECONDS
    look, turn = looker(bench, run, canary), TurnLooks(bench, run)
    silence = engine_outages.Silence(bench, run)
    read = partial(foreign_bytes.read, bench, run.name)
    refused, room = Denials(bench, run.entrant, run.name), DiskWatch(bench, run)
    refused.resume()
    try:
        while True:
            with silence.borne():
                box = boxes.inspect(bench.engine, run.container or "")
                if box is None or not box.running or box_end.started_by_others(run, box):
                    return ""
                reason = look(box)
                if is_new:
                    is_new = False
                    witnesses.start()
                    derived.publish(bench)
                if reason:
                    return reason
                turn.look(box)
                if clock.monotonic() >= due:
                    due = clock.monotonic() + WITNESS_SECONDS
                    witnesses.look()
                    read("refused calls", refused.look, None)
                    predictions.see_to(bench, run.name)
                    if reason := room.look():
                        return reason
            sd_notify.alive(f"following {run.name}")
            clock.pause(LOOK_SECONDS)
    finally:
        read("the last refused calls", lambda: refused.look(last=True), None)


def looker(bench: Bench, run: Run, canary: Canary) -> Callable[[boxes.Box], str]:
    """Return what looks after a run's time and its sessions, and says why its box has to be stopped, if it has to."""
    if coding := sessions.of(bench, run, began=canary.begin):
        coding.order()  # whoever cared before us may have died before it was given
        return lambda box: coding.rest() if box.status == PAUSED else coding.look()
    canary.begin(proxy.WORK)
    deadline = deadline_of(run)
    return lambda _box: BUDGET if deadline and clock.now() >= deadline else ""


@dataclass
class TurnLooks:
    """Looks after whose turn it is, whenever that may change. Whoever comes first does what is due for all."""

    bench: Bench
    run: Run
    at: datetime = field(default_factory=clock.now)
    paused: datetime | None = None  # since when it was seen paused with the slot's name

    def look(self, box: boxes.Box) -> None:
        """Take turns, if it is time to. Somebody else may be deciding right now: then in a moment."""
        if clock.now() < self.at and not self.paused_by_others(box):
            return
        try:
            with self.bench.deciding(wait_seconds=0):
                self.at = scheduler.look(self.bench, self.run.intended.slot).look_again
        except NabError as error:
            if error.exit_code != BUSY:
                raise

    def paused_by_others(self, box: boxes.Box) -> bool:
        """Say whether a box with the slot's name is paused. We give that name away before we pause a box."""
        if box.status != PAUSED or box.name != self.run.intended.slot:
            self.paused = None
            return False
        self.paused = self.paused or clock.now()
        return clock.now() - self.paused >= NOT_OURS_AFTER


def deadline_of(run: Run) -> datetime | None:
    """Return when the time of a run without sessions is up."""
    if run.started_at is None or run.intended.budget_seconds is None:
        return None
    return times.parse(run.started_at) + timedelta(seconds=run.intended.budget_seconds)
