"""The end of a run: whether it is one, what is left is collected, the end is written down, the slot freed."""

from __future__ import annotations

from nab import agents
from nab.actions.bench import Bench
from nab.actions.boxes import canary, proxy
from nab.actions.disks import run_disks
from nab.actions.log import derived
from nab.actions.recording.workspace import git_watcher
from nab.actions.runs import enrolments
from nab.actions.runs.ending import box_end, evidence, session_end
from nab.core.errors import NabError
from nab.core.facts import Cause, RunEnded, RunEnding
from nab.core.runs.ending.run_end import how_it_ended, is_worth_windows
from nab.core.runs.runs import Run
from nab.core.runs.states import RunState
from nab.core.text.names import done_name
from nab.edges import clock
from nab.edges.docker import agent_box, boxes, slots
from nab.edges.files import files
from nab.edges.untrusted import descriptors


def settle(bench: Bench, name: str) -> bool:
    """Decide what comes next for a run whose box ended or was stopped, and finish it if it is over.

    Returns whether it goes on in a new start of its box. Call it under the scheduler lock. Safe to repeat.
    """
    run = newest(bench, name)
    goes_on = run.state is RunState.ORPHANED or (
        run.state is RunState.RUNNING and box_end.note_loss(bench, run)
    )
    if not goes_on:
        finish(bench, name)
    return goes_on


def finish(bench: Bench, name: str) -> None:
    """Collect what is left, look at submit.sh, write the end down, free the slot. Safe to repeat."""
    run = newest(bench, name)
    if run.state is not RunState.ENDED:
        box = box_end.box_of(bench, run)
        collect(bench, run, box)
        if run.container:
            box_end.check_script(bench, run)
        write_down(bench, newest(bench, name), box)
    release(bench, name)


def newest(bench: Bench, name: str) -> Run:
    """Return the run as the log tells it now."""
    return bench.runs()[name]


def collect(bench: Bench, run: Run, box: boxes.Box | None) -> None:
    """Keep what the agent printed, the last state of its folders, and how its last session ended."""
    run_disks.attach(bench.run(run.name))
    if box:
        files.replace_stream(bench.run(run.name).output, boxes.output(bench.engine, box.id, follow=False))
    if descriptors.is_there(bench.run(run.name).workspace):
        git_watcher.look_at_all(bench, run.name)
    if agents.find(bench.config.images, run.intended.agent).cli:
        session_end.close_with_its_box(bench, run.name)
        proxy.down(bench, run.name)  # the proxy writes the last calls down when it ends
        session_end.count_the_rest(bench, run.name)


def write_down(bench: Bench, run: Run, box: boxes.Box | None) -> None:
    """Write down how the run ended, and enrol its entrant where what it left is worth the windows."""
    ended = ending(bench, run, box)
    record(bench, run, ended)
    if is_worth_windows(ended) and not run.intended.track:  # what was developed for replay owes no live round
        enrolments.enrol(bench, run)


def ending(bench: Bench, run: Run, box: boxes.Box | None) -> RunEnded:
    """Say how the run ended, from what the engine, the cgroup and its sessions tell."""
    end = evidence.found(bench, run, box)
    over = how_it_ended(run, end, clock.now())
    return RunEnded(
        ending=over.ending,
        cause=over.cause,
        reason=over.reason,
        exit_code=end.exit_code,
        oom_kills=end.oom_kills,
        started_at=run.started_at,
        finished_at=end.finished_at,
        submit_script=descriptors.fingerprint(bench.run(run.name).workspace, b"submit.sh"),
        taken=over.taken,
        engine=end.engine,
    )


def record(bench: Bench, run: Run, ended: RunEnded) -> None:
    """Write a run's end down. No other place does."""
    bench.log.append(ended, entrant=run.entrant, run=run.name, id=f"{run.name}:ended")


def release(bench: Bench, name: str) -> None:
    """Free the slot of an ended run and take down its surroundings. The box is kept for the windows."""
    canary.remove_leftovers(bench, name)
    proxy.down(bench, name)
    files.replace_bytes(bench.run(name).control / agent_box.PHASE, b"submit\n")
    box = bench.agent_box(name)
    if box and box.name != done_name(name):
        slots.step_aside(bench.engine, box.id, done_name(name))


def never_started(bench: Bench, run: Run, error: NabError) -> None:
    """Close a run whose box could not be made or started, so that it does not block the next one."""
    reason = f"not started: {error.message}"
    record(bench, run, RunEnded(ending=RunEnding.FAILED, cause=Cause.HARNESS, reason=reason))
    proxy.down(bench, run.name)


def gave_up_its_place(bench: Bench, name: str) -> bool:
    """End a run that has only waited for its turn so far, and say so; False where it has begun."""
    with bench.deciding():
        run = newest(bench, name)
        if run.state is not RunState.QUEUED or run.container:
            return False
        box_end.announce(bench, run, "it no longer waits for its turn")
        finish(bench, name)
    derived.publish(bench)
    return True
