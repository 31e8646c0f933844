"""How a firing of submit.sh is judged, whose turn it is, and how long each may take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from nab.core.facts import AttemptEnded, AttemptStarted, Cause, tag
from nab.core.log.events import Event
from nab.core.recording.calls.lines import Call, Phase
from nab.core.runs.ending.responsibility import Doing

TIMED_OUT = 124  # what timeout(1) says
LEAST_SECONDS = 10.0
NUMERAI = "numerai"
API = "api-tournament.numer.ai"
JSON = "application/json"
HAND_IN = {"createsubmission"}
FIRED = tag(AttemptStarted)


@dataclass(frozen=True)
class ScriptEnd:
    """How a script ended: its exit code, None where nobody could say; whether the proxy still stood.

    `taken` is whose doing it was that its box was held up or ended before it had; None where that was not so.
    """

    code: int | None
    seconds: float
    proxy_stands: bool
    taken: Doing | None = None


def judge(end: ScriptEnd, calls: Sequence[Call]) -> AttemptEnded:
    """Say how the firing ended and, if nothing comes of it, whose doing that would be, by the calls it made."""
    cause, reason = Cause.AGENT, f"submit.sh ended with exit code {end.code}"
    if end.taken is not None:
        cause, reason = end.taken.cause, f"submit.sh did not come to its end: {end.taken.words}"
    elif end.code is None:
        cause, reason = Cause.HARNESS, "the engine did not say how submit.sh ended"
    elif end.code == 0:
        cause, reason = well(calls)
    else:
        if end.code == TIMED_OUT:
            reason = f"submit.sh was ended after {end.seconds:.0f} s"
        if not end.proxy_stands:
            cause, reason = Cause.HARNESS, f"{reason}, and the proxy had ended meanwhile"
        elif failure := numerai_failed(calls):
            cause, reason = Cause.NUMERAI, f"{reason}, and {failure}"
    return AttemptEnded(exit_code=end.code, seconds=end.seconds, cause=cause, reason=reason)


def well(calls: Sequence[Call]) -> tuple[Cause, str]:
    """Judge a script that says it did well: it may have handed nothing in."""
    if failure := numerai_failed(calls):
        return Cause.NUMERAI, f"submit.sh ended well, and {failure}"
    if calls and not any(hands_in(call) for call in calls):
        return Cause.AGENT, "submit.sh ended well and handed nothing in"
    return Cause.UNKNOWN, "submit.sh ended well"


def hands_in(call: Call) -> bool:
    """Say whether a call was one that makes a submission."""
    fields = call.graphql.fields if call.graphql else ()
    return any(field.replace("_", "").lower() in HAND_IN for field in fields)


def numerai_failed(calls: Sequence[Call]) -> str:
    """Say how Numerai itself failed; empty where it did not. A call that we refused was our own answer."""
    ours = [call for call in calls if call.category.startswith(NUMERAI) and call.denied is None]
    answered = {call.id for call in ours if call.phase == Phase.DONE}
    for call in ours:
        if call.phase == Phase.START and call.id not in answered:
            return f"Numerai ({call.host}) did not answer"
        if call.phase == Phase.DONE and (failure := failed(call)):
            return failure
    return ""


def failed(call: Call) -> str:
    """Say how one call to Numerai failed; empty where it did not."""
    if call.error:
        return f"a call to Numerai ({call.host}) broke off: {call.error}"
    status = call.status or 0
    if status >= 500 or status == 429 or (status == 403 and call.host != API):
        return f"Numerai ({call.host}) had answered {status}"
    if call.host == API and status == 200 and call.content_type not in {None, "", JSON}:
        return f"Numerai had answered with {call.content_type}"
    return ""


def seconds(limit: float, closes: datetime, now: datetime, waiting: int) -> float:
    """Return how long a script may take: what is left of the window, shared with those who wait behind it."""
    left = (closes - now).total_seconds() / max(1, waiting)
    return max(LEAST_SECONDS, min(limit, left))


def in_turn(due: Iterable[str], events: Iterable[Event]) -> list[str]:
    """Order those who are due: whoever was fired for longest ago goes first."""
    last: dict[str, int] = {}
    for event in events:
        if event.kind == FIRED and event.entrant:
            last[event.entrant] = event.seq
    return sorted(due, key=lambda name: (last.get(name, 0), name))
