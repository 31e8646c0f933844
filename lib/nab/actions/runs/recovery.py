"""Put right what a crash left half done. Level-triggered: it looks at what is, not at what happened."""

from __future__ import annotations

from nab.actions.bench import Bench
from nab.actions.runs.ending import box_end, run_end
from nab.core.facts import AttemptEnded, AttemptStarted, Cause, tag
from nab.core.runs.runs import Run, unfinished
from nab.core.runs.states import RunState
from nab.core.text import names
from nab.edges.docker import boxes
from nab.edges.files import locks
from nab.paths import SUBMIT

ATTEMPTS = {tag(AttemptStarted), tag(AttemptEnded)}


def repair(bench: Bench) -> list[Run]:
    """Finish what was left half done; returns the runs that nobody cares for. Call it under the scheduler lock."""
    found = bench.runs()
    here: dict[str, list[boxes.Box]] = {}
    for box in bench.find_boxes():
        here.setdefault(box.run, []).append(box)
    for name, its_boxes in here.items():
        if name in found and found[name].state is RunState.ENDED:
            release_if_needed(bench, name, its_boxes)
        elif name in found and found[name].state is RunState.ORPHANED:
            leave_the_slot(bench, found[name], its_boxes)
    return [run for run in unfinished(found) if not bench.attended(run.name)]


def leave_the_slot(bench: Bench, run: Run, here: list[boxes.Box]) -> None:
    """Free the slot of a run whose box has ended, and is to be started again later."""
    for box in here:
        if box.labels[boxes.ROLE] == boxes.AGENT and not box.running:
            box_end.leave_the_slot(bench, run, box)


def release_if_needed(bench: Bench, run: str, here: list[boxes.Box]) -> None:
    """Free the slot of an ended run, and stop a submission that lost its process."""
    if locks.is_held(bench.run(run).lock(SUBMIT)):
        return
    kept = [box for box in here if box.labels[boxes.ROLE] == boxes.AGENT and box.name == names.done_name(run)]
    for box in kept:
        if box.running:
            boxes.stop(bench.engine, box.id, grace_seconds=5)
    if kept != here or any(box.running for box in kept):
        run_end.release(bench, run)


def close_lost_attempts(bench: Bench) -> None:
    """Write down the end of every firing whose process died before it could."""
    open_attempts: dict[tuple[str, int], str] = {}
    for event in bench.log.events():
        if event.kind not in ATTEMPTS or event.entrant is None or event.round is None:
            continue
        if isinstance(event.fact, AttemptStarted):
            open_attempts[event.entrant, event.round] = event.run or ""
        elif isinstance(event.fact, AttemptEnded):
            open_attempts.pop((event.entrant, event.round), None)
    for (entrant, number), run in open_attempts.items():
        if not locks.is_held(bench.run(run).lock(SUBMIT)):
            reason = "the process that fired submit.sh died"
            lost = AttemptEnded(exit_code=None, seconds=0, cause=Cause.HARNESS, reason=reason)
            bench.log.append(lost, entrant=entrant, round=number, run=run)
