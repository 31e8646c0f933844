"""The end of a run: what is left is collected, the end is written down, the entrant enrolled, the slot freed."""

from __future__ import annotations

from nab.actions.bench import Bench
from nab.actions.boxes import proxy, script_check
from nab.actions.disks import run_disks
from nab.actions.recording import resource_monitor
from nab.actions.recording.workspace import git_watcher
from nab.actions.runs import sessions, starting
from nab.core.facts import Cause, Ending, RunEnded
from nab.core.runs import next_session
from nab.core.runs.run_endings import Over, how_it_ended
from nab.core.runs.runs import Run, RunState
from nab.core.text.names import done_name
from nab.edges import clock
from nab.edges.docker import boxes
from nab.edges.files import files


def finish(bench: Bench, name: str) -> Run:
    """Collect what is left, record the end, enrol the entrant and free the slot. Safe to repeat."""
    run = bench.runs()[name]
    if run.state is not RunState.ENDED:
        box = boxes.inspect(bench.engine, run.container) if run.container else None
        collect(bench, run, box)
        run = bench.runs()[name]
        ended = ending(bench, run, box)
        bench.log.append(ended, entrant=run.entrant, run=name, id=f"{name}:ended")
        if is_worth_windows(ended):
            starting.enrol(bench, run)
    release(bench, name)
    return bench.runs()[name]


def collect(bench: Bench, run: Run, box: boxes.Box | None) -> None:
    """Keep what the agent printed and the last state of its workspace."""
    run_disks.attach(bench.run(run.name))
    if box:
        files.replace_stream(bench.run(run.name).output, boxes.output(bench.engine, box.id, follow=False))
    if bench.run(run.name).workspace.exists():
        git_watcher.look(bench, run.name)
    if coding := sessions.of(bench, run):
        coding.box_ended()
        proxy.down(bench, run.name)  # the proxy writes the last calls down when it ends
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
    after = next_session.after(run.intended.level, run.ended_sessions, clock.now())
    return after if isinstance(after, Over) else None


def release(bench: Bench, name: str) -> None:
    """Free the slot of an ended run and take down its surroundings. The box is kept for the windows."""
    proxy.down(bench, name)
    files.replace_bytes(bench.run(name).control / "phase", b"submit\n")
    box = bench.agent_box(name)
    if box and box.name != done_name(name):
        boxes.rename(bench.engine, box.id, done_name(name))
