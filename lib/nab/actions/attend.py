"""Care for a run: sidecars beside it, an eye on its time, and its end written down."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import click

from nab.actions import git_watcher, publish, resource_monitor, surroundings
from nab.actions.bench import CARE, Bench
from nab.actions.denials import Denials
from nab.actions.witnesses import Witnesses
from nab.core import times
from nab.core.facts import Cause, Ending, EntrantEnrolled, RunEnded, RunStopping
from nab.core.runs import Run, RunState, how_it_ended, runs
from nab.edges import boxes, clock, files, locks

LOOK_SECONDS = 1.0
STOP_GRACE_SECONDS = 30
WITNESS_SECONDS = 10.0


@contextmanager
def caring(bench: Bench, run: str) -> Iterator[None]:
    """Be the one process that cares for a run. Raises NabError (busy) if there is one already."""
    with locks.held(bench.run(run).lock(CARE), what=f"the care of {run}"):
        yield


def follow(bench: Bench, name: str) -> Run:
    """Stay with a run until its box ends or its time is up, then record it. Returns the run as it ended."""
    run = runs(bench.log.events())[name]
    if run.container:
        witnesses = Witnesses(bench, run)
        witnesses.start()
        show = threading.Thread(target=show_output, args=(bench, run), daemon=True)
        show.start()
        reason = wait(bench, run, witnesses)
        if reason:
            stop(bench, run, reason)
        show.join(timeout=5)
    with bench.deciding():
        ended = finish(bench, name)
    publish.publish(bench)
    return ended


def show_output(bench: Bench, run: Run) -> None:
    """Print what the agent prints, as it comes."""
    rest = b""
    for chunk in boxes.output(bench.engine, run.container or "", follow=True):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            click.echo(f"  {run.entrant} │ {line.decode(errors='replace')}")


def wait(bench: Bench, run: Run, witnesses: Witnesses) -> str:
    """Wait for the end of the box. Returns why it has to be stopped, or nothing when it ended by itself."""
    deadline, due = deadline_of(run), clock.monotonic() + WITNESS_SECONDS
    refused = Denials(bench, run.entrant, run.name)
    refused.resume()
    try:
        while True:
            box = boxes.inspect(bench.engine, run.container or "")
            if box is None or not box.running:
                return ""
            if deadline and clock.now() >= deadline:
                return "budget"
            if clock.monotonic() >= due:
                due = clock.monotonic() + WITNESS_SECONDS
                witnesses.look()
                refused.look()
            clock.pause(LOOK_SECONDS)
    finally:
        refused.look(last=True)


def deadline_of(run: Run) -> datetime | None:
    """Return when the run's time is up."""
    if run.started_at is None:
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
        ended = ending(bench, run, box)
        bench.log.append(ended, entrant=run.entrant, run=name, id=f"{name}:ended")
        if ended.ending in {Ending.FINISHED, Ending.FAILED, Ending.TIMED_OUT}:
            enrol(bench, run)
    release(bench, name)
    return runs(bench.log.events())[name]


def collect(bench: Bench, run: Run, box: boxes.Box | None) -> None:
    """Keep what the agent printed and the last state of its workspace."""
    if box:
        files.replace_stream(bench.run(run.name).output, boxes.output(bench.engine, box.id, follow=False))
    if bench.run(run.name).workspace.exists():
        git_watcher.look(bench, run.name)


def ending(bench: Bench, run: Run, box: boxes.Box | None) -> RunEnded:
    """Say how the run ended, from what the engine and the cgroup counted."""
    oom_kills = resource_monitor.oom_kills(bench.run(run.name))
    kind, reason = how_it_ended(box.exit_code if box else None, run.stopping, oom_kills)
    return RunEnded(
        ending=kind,
        cause=Cause.HARNESS if kind in {Ending.ORPHANED, Ending.STOPPED} else Cause.AGENT,
        reason=reason,
        exit_code=box.exit_code if box else None,
        oom_kills=oom_kills,
        started_at=run.started_at,
        finished_at=box.finished_at if box else None,
        submit_script=files.fingerprint(bench.run(run.name).workspace / "submit.sh"),
    )


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
