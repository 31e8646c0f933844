"""What of a run needs a person: it hangs between two states, its program fails over and over, or nobody knows how."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from nab.core.facts import READER, CanarySeen, Cause, SessionEnding
from nab.core.health.alarm_kinds import AlarmKind
from nab.core.recording.calls import canaries
from nab.core.runs import deadlines
from nab.core.runs.ending import next_session
from nab.core.runs.runs import Run
from nab.core.runs.states import RunState

OFTEN = 5  # boxes that were lost, in a run that goes on


def troubles(runs: Iterable[Run], now: datetime) -> Iterator[tuple[str, str]]:
    """Yield what is not well with the runs that go on: a key by which it is the same as before, and a sentence.

    What a canary found holds until the entrant's next one: a run may be over sooner than anybody looks.
    """
    newest: dict[str, tuple[str, CanarySeen]] = {}
    for run in runs:
        if run.canary:
            newest[run.entrant] = run.name, run.canary
        if run.state is not RunState.ENDED:
            yield from of_its_state(run, now)
            yield from of_its_sessions(run)
    for entrant, (name, canary) in newest.items():
        if what := canaries.trouble(canary):
            yield f"{AlarmKind.CANARY}:{entrant}", f"{name}: {what}"


def of_its_state(run: Run, now: datetime) -> Iterator[tuple[str, str]]:
    """Tell of a run that is late to leave its state, and of one whose box is lost again and again."""
    if late := deadlines.overdue(run.state, run.since or run.intended_at, now, run.again_at):
        yield f"{AlarmKind.LATE}:{run.name}:{run.state.value}", f"{run.name} is {late}"
    if len(run.lost_boxes) >= OFTEN:
        ours = sum(one.cause is Cause.HARNESS for one in run.lost_boxes)
        text = f"{run.name} has lost its box {len(run.lost_boxes)} times, {ours} of them our doing"
        yield f"{AlarmKind.BOXES}:{run.name}", text


def of_its_sessions(run: Run) -> Iterator[tuple[str, str]]:
    """Tell of a program that ends again and again without a tool call, and of what nobody knows or could read."""
    if next_session.in_vain(run.tries) >= next_session.MOST_IN_VAIN:
        last = run.tries[-1]
        text = f"{run.name}: sessions end one after the other without a tool call ({last.ending.value}: {last.reason})"
        yield f"{AlarmKind.VAIN}:{run.name}", text
    unread = [gap for gap in run.gaps if gap.witness == READER]
    if unread:
        text = f"{run.name}: what others wrote could not be read, {len(unread)} times ({unread[-1].reason})"
        yield f"{AlarmKind.UNREADABLE}:{run.name}", text
    unknown = [one for one in run.ended_sessions if one.ending is SessionEnding.UNCLASSIFIED]
    if unknown:
        text = f"{run.name}: nobody knows the ending of {unknown[-1].session}: {unknown[-1].reason}"
        yield f"{AlarmKind.UNCLASSIFIED}:{run.name}:{unknown[-1].session}", text
