"""A run's events in plain words, a line each."""

from __future__ import annotations

from nab.core.facts import (
    READER,
    AnyFact,
    AttemptEnded,
    AttemptStarted,
    BoxEnded,
    BoxStarted,
    CallsDenied,
    CanarySeen,
    Dropped,
    EntrantEnrolled,
    GapSeen,
    Intervened,
    RunAdopted,
    RunCreated,
    RunEnded,
    RunIntended,
    RunStarted,
    RunStopping,
    ScriptChecked,
    SessionEnded,
    SessionStarted,
    SubmissionSeen,
    TurnBegan,
    TurnEnded,
    UploadSeen,
)
from nab.core.recording.calls import canaries
from nab.core.runs.capacity import Capacity
from nab.core.text import durations, times
from nab.core.text.counts import number_of
from nab.core.upkeep import disks


def words(fact: AnyFact | None, costs: dict[str, str]) -> str:
    """Say what happened; empty for what is no part of the story. `costs` are what sessions cost, by their names."""
    return (
        of_the_box(fact)
        or of_its_end(fact)
        or of_turns(fact)
        or of_the_agent(fact, costs)
        or of_submissions(fact)
    )


def of_the_box(fact: AnyFact | None) -> str:
    """Tell of a run's box, from the intent on."""
    match fact:
        case RunIntended():
            asked = f", {fact.llm}, prompt {fact.prompt_version}" if fact.llm else ""
            gets = f", in {Capacity(fact.cpus, fact.memory_gib)}" if fact.cpus else ""
            which = f", replica {fact.replica}" if fact.replica else ""
            begins = f", seed {fact.seed}" if fact.seed is not None else ""
            who = f"{fact.agent} at {fact.level.value}{which}{begins}"
            return f"intended: {who} for the model {fact.model}{asked}{gets}"
        case RunCreated():
            return f"box {fact.container[:12]} made"
        case RunStarted():
            return "box started"
        case _:
            return of_lost_boxes(fact)


def of_lost_boxes(fact: AnyFact | None) -> str:
    """Tell of boxes that ended without our doing, of their new starts, and of who took a run over."""
    match fact:
        case BoxEnded():
            return f"box lost ({fact.reason}), the doing of: {fact.cause.value}; again from {fact.again_at}"
        case BoxStarted():
            return f"box {fact.container[:12]} started again"
        case RunAdopted():
            return f"taken over by another process while it was {fact.found}"
        case _:
            return ""


def of_its_end(fact: AnyFact | None) -> str:
    """Tell how a run came to its end, and what is not kept of it any more."""
    match fact:
        case RunStopping():
            return f"about to be stopped: {fact.reason}"
        case Dropped():
            return f"from here on without its {fact.what} ({disks.gib(fact.bytes)}): {fact.because}"
        case RunEnded():
            return f"ended: {fact.ending.value} ({fact.reason}), the doing of: {fact.cause.value}"
        case _:
            return ""


def of_turns(fact: AnyFact | None) -> str:
    """Tell of its turns."""
    match fact:
        case TurnBegan():
            return f"{'awake in a window' if fact.beside else 'turn begins'}: {fact.because}"
        case TurnEnded():
            cpu = "" if fact.cpu_seconds is None else f", {durations.text(fact.cpu_seconds)} of CPU"
            gpu = "" if fact.gpu_seconds is None else f", {durations.text(fact.gpu_seconds)} of GPU"
            return f"turn ends after {durations.text(fact.active_seconds)}{cpu}{gpu}: {fact.because}"
        case _:
            return of_the_record(fact)


def of_the_record(fact: AnyFact | None) -> str:
    """Tell of what was not there, and of what the proxy saw."""
    match fact:
        case GapSeen(witness=witness) if witness == READER:
            return f"not read: {fact.reason}"
        case GapSeen():
            missing = (times.parse(fact.ended) - times.parse(fact.began)).total_seconds()
            return f"gap: no {fact.witness} for {durations.text(missing)} ({fact.reason})"
        case CanarySeen():
            return canaries.sentence(fact)
        case CallsDenied():
            return f"{number_of(fact.count, 'call')} to {fact.host} refused: {fact.why}"
        case _:
            return ""


def of_the_agent(fact: AnyFact | None, costs: dict[str, str]) -> str:
    """Tell of its sessions, of what we did to it, and of what it left."""
    match fact:
        case SessionStarted():
            because = f" after {fact.because}" if fact.because else ""
            return f"{fact.session} begins ({fact.mode}{because})"
        case SessionEnded():
            took = (times.parse(fact.ended) - times.parse(fact.began)).total_seconds()
            cost = f", {costs[fact.session]}" if fact.session in costs else ""
            done = f"{durations.text(took)}, {number_of(fact.calls, 'tool call')}{cost}"
            return f"{fact.session} ends: {fact.ending.value} ({fact.reason}); {done}"
        case Intervened():
            return f"we intervened, {fact.what}: {fact.text}"
        case ScriptChecked():
            return f"submit.sh: {fact.verdict}{f' ({fact.detail})' if fact.detail else ''}"
        case _:
            return ""


def of_submissions(fact: AnyFact | None) -> str:
    """Tell of enrolment and submissions."""
    match fact:
        case EntrantEnrolled():
            return "enrolled: every round from now on owes it a decision"
        case AttemptStarted():
            return "submit.sh is fired"
        case AttemptEnded():
            return f"submit.sh: {fact.reason} after {durations.text(fact.seconds)}"
        case UploadSeen():
            return f"Numerai took the upload {fact.submission}"
        case SubmissionSeen():
            return f"Numerai lists the submission {fact.submission}: {fact.status or 'no status'}"
        case _:
            return ""
