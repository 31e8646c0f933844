"""Care for a run: sidecars beside it, an eye on its time, and its end written down."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta

import click

from nab.actions import (
    git_watcher,
    live_view,
    publish,
    resource_monitor,
    run_disks,
    script_check,
    sessions,
    surroundings,
)
from nab.actions.bench import CARE, Bench
from nab.actions.denials import Denials
from nab.actions.disk_watch import DiskWatch
from nab.actions.witnesses import Witnesses
from nab.core import times
from nab.core.facts import Cause, Ending, EntrantEnrolled, RunEnded, RunStopping
from nab.core.runs import Over, Run, RunState, how_it_ended, runs
from nab.core.sessions import plans
from nab.edges import boxes, clock, files, locks

LOOK_SECONDS = 1.0
STOP_GRACE_SECONDS = 30
WITNESS_SECONDS = 10.0


@contextmanager
def caring(bench: Bench, run: str) -> Iterator[None]:
    """Be the one process that cares for a run. Raises NabError (busy) if there is one already."""
    with locks.held(bench.run(run).lock(CARE), what=f"the care of {run}"):
        yield


def follow(bench: Bench, name: str, *, show: bool = True) -> Run:
    """Stay with a run until its box ends or its time is up, then record it. Returns the run as it ended."""
    run = runs(bench.log.events())[name]
    with shown(bench, run) if show and run.container else nullcontext():
        if run.container:
            bring_to_its_end(bench, run)
        with bench.deciding():
            ended = finish(bench, name)
    publish.publish(bench)
    return ended


def bring_to_its_end(bench: Bench, run: Run) -> None:
    """Wait for the end of the box, or stop it."""
    witnesses = Witnesses(bench, run)
    witnesses.start()
    reason = wait(bench, run, witnesses)
    if reason:
        if run.script is None:
            script_check.check(bench, run)
        stop(bench, run, reason)


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
            click.echo(f"  {run.entrant} │ {line.decode(errors='replace')}")


def wait(bench: Bench, run: Run, witnesses: Witnesses) -> str:
    """Wait for the end of the box. Returns why it has to be stopped, or nothing when it ended by itself."""
    due = clock.monotonic() + WITNESS_SECONDS
    look = looker(bench, run)
    refused, room = Denials(bench, run.entrant, run.name), DiskWatch(bench, run)
    refused.resume()
    try:
        while True:
            box = boxes.inspect(bench.engine, run.container or "")
            if box is None or not box.running:
                return ""
            if reason := look():
                return reason
            if clock.monotonic() >= due:
                due = clock.monotonic() + WITNESS_SECONDS
                witnesses.look()
                refused.look()
                if reason := room.look():
                    return reason
            clock.pause(LOOK_SECONDS)
    finally:
        refused.look(last=True)


def looker(bench: Bench, run: Run) -> Callable[[], str]:
    """Return what looks after a run's time and its sessions, and says why its box has to be stopped, if it has to."""
    if coding := sessions.of(bench, run):
        coding.order()  # whoever cared before us may have died before it was given
        return coding.look
    deadline = deadline_of(run)
    return lambda: sessions.BUDGET if deadline and clock.now() >= deadline else ""


def deadline_of(run: Run) -> datetime | None:
    """Return when the time of a run without sessions is up."""
    if run.started_at is None or run.intended.budget_seconds is None:
        return None
    return times.parse(run.started_at) + timedelta(seconds=run.intended.budget_seconds)


def stop(bench: Bench, run: Run, reason: str) -> None:
    """Stop the box: TERM, then KILL. The reason is on record before."""
    fact = RunStopping(reason=reason)
    bench.log.append(fact, entrant=run.entrant, run=run.name, id=f"{run.name}:stopping")
    boxes.stop(bench.engine, run.container or "", STOP_GRACE_SECONDS)


def finish(bench: Bench, name: str) -> Run:
    """Collect what is left, record the end, enrol the entrant and free the slot. Safe to repeat."""
    run = runs(bench.log.events())[name]
    if run.state is not RunState.ENDED:
        box = boxes.inspect(bench.engine, run.container) if run.container else None
        collect(bench, run, box)
        run = runs(bench.log.events())[name]
        ended = ending(bench, run, box)
        bench.log.append(ended, entrant=run.entrant, run=name, id=f"{name}:ended")
        if is_worth_windows(ended):
            enrol(bench, run)
    release(bench, name)
    return runs(bench.log.events())[name]


def collect(bench: Bench, run: Run, box: boxes.Box | None) -> None:
    """Keep what the agent printed and the last state of its workspace."""
    run_disks.attach(bench.run(run.name))
    if box:
        files.replace_stream(bench.run(run.name).output, boxes.output(bench.engine, box.id, follow=False))
    if bench.run(run.name).workspace.exists():
        git_watcher.look(bench, run.name)
    if coding := sessions.of(bench, run):
        coding.box_ended()
        surroundings.down(bench, run.name)  # the proxy writes the last calls down when it ends
        coding.run_ended()
    if run.script is None and run.container:
        script_check.check(bench, run)


def is_worth_windows(ended: RunEnded) -> bool:
    """Say whether what a run left is to be tried in the windows: not where it came to nothing through us."""
    return ended.ending in {Ending.FINISHED, Ending.TIMED_OUT} or (
        ended.ending is Ending.FAILED and ended.cause is not Cause.HARNESS
    )


def ending(bench: Bench, run: Run, box: boxes.Box | None) -> RunEnded:
    """Say how the run ended, from what the engine, the cgroup and its sessions tell."""
    oom_kills = resource_monitor.oom_kills(bench.run(run.name))
    code = box.exit_code if box else None
    over = planned_end(run, code) or how_it_ended(run, code, oom_kills)
    return RunEnded(
        ending=over.ending,
        cause=over.cause,
        reason=over.reason,
        exit_code=code,
        oom_kills=oom_kills,
        started_at=run.started_at,
        finished_at=box.finished_at if box else None,
        submit_script=files.fingerprint(bench.run(run.name).workspace / "submit.sh"),
    )


def planned_end(run: Run, exit_code: int | None) -> Over | None:
    """Say how a run ended whose box we told to end, by its sessions; None for every other one."""
    if run.stopping or not run.sessions or exit_code not in {sessions.WELL, sessions.BADLY}:
        return None
    after = plans.after(run.intended.level, run.ended_sessions, clock.now())
    return after if isinstance(after, Over) else None


def enrol(bench: Bench, run: Run) -> None:
    """From now on the entrant is owed a decision in every round."""
    fact = EntrantEnrolled(
        agent=run.intended.agent,
        level=run.intended.level,
        model=run.intended.model,
        model_id=run.intended.model_id,
    )
    bench.log.append(fact, entrant=run.entrant, run=run.name, id=f"{run.name}:enrolled")


def release(bench: Bench, name: str) -> None:
    """Free the slot of an ended run and take down its surroundings. The box is kept for the windows."""
    surroundings.down(bench, name)
    files.replace_bytes(bench.run(name).control / "phase", b"submit\n")
    box = bench.agent_box(name)
    if box and box.name != done_name(name):
        boxes.rename(bench.engine, box.id, done_name(name))


def done_name(run: str) -> str:
    """Name the box of an ended run."""
    return f"nab-done-{run}"
