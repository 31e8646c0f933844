"""Why an outcome is what it is: the evidence of an entrant's round in plain words, as we learned it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nab.core.facts import (
    AttemptEnded,
    AttemptStarted,
    Cause,
    EntrantEnrolled,
    OutcomeChanged,
    Poll,
    RoundSeen,
    ScoreSeen,
    SubmissionSeen,
    Tick,
    TroubleSeen,
    UploadSeen,
    tag,
)
from nab.core.log.events import Event
from nab.core.outcomes.evidence import POLL, ROUND_KINDS, TICK
from nab.core.outcomes.outcomes import Outcome, settles
from nab.core.text import durations, printable, times
from nab.core.text.counts import number_of
from nab.core.windows.rounds import BareRound, Round

ENROLLED, ROUND, CHANGED = tag(EntrantEnrolled), tag(RoundSeen), tag(OutcomeChanged)


@dataclass(frozen=True)
class EvidenceLine:
    """One thing that was seen, with its place in the log. `count` like it came in a row."""

    seq: int
    valid: str
    known: str
    words: str
    decides: bool = False
    count: int = 1


def chain(
    events: Iterable[Event], entrant: str, window: Round | BareRound, found: Outcome
) -> list[EvidenceLine]:
    """Return the evidence, what says the same in a row put together."""
    lines: list[EvidenceLine] = []
    for event in events:
        said = words(event, entrant, window)
        if not said:
            continue
        decides = event.seq in found.because
        before = lines[-1] if lines else None
        if before and before.words == said and not decides and not before.decides:
            lines[-1] = EvidenceLine(before.seq, before.valid, before.known, said, count=before.count + 1)
        else:
            lines.append(EvidenceLine(event.seq, event.valid, event.known, said, decides))
    return lines


def words(event: Event, entrant: str, window: Round | BareRound) -> str:
    """Say what an event tells of an entrant's round; empty where it tells nothing of it."""
    if event.kind == ROUND and event.round == window.number:
        return of_round(event)
    if event.kind == TICK:
        return of_tick(event, entrant, window)
    return of_the_entrant(event, window) if event.entrant == entrant else ""


def of_the_entrant(event: Event, window: Round | BareRound) -> str:
    """Say what an event of the entrant's own tells of the round."""
    if event.kind == ENROLLED:
        return "enrolled: every round from now on owes it a decision"
    if event.kind == POLL:
        return of_poll(event, window)
    if event.round == window.number and event.kind in ROUND_KINDS | {CHANGED}:
        return of_attempts(event) or of_sightings(event)
    return ""


def of_round(event: Event) -> str:
    fact = event.fact
    assert isinstance(fact, RoundSeen)
    later = f"; its closeTime is {fact.closes}" if fact.closes else ""
    return f"Numerai says that the round opens at {fact.opens} and closes at {fact.closes_staking}{later}"


def of_tick(event: Event, entrant: str, window: Round | BareRound) -> str:
    """Tell what a tick decided while the window was open."""
    if isinstance(window, BareRound) or not times.text(window.opens) <= event.valid < times.text(
        window.closes
    ):
        return ""
    fact = event.fact
    assert isinstance(fact, Tick)
    if entrant not in fact.decisions:
        return "a tick looked, and the entrant was not enrolled yet"
    action, reason = fact.decisions[entrant]
    other = "" if event.round in {None, window.number} else f" (Numerai told of round {event.round})"
    return f"a tick decided: {action}, {reason}{other}"


def of_poll(event: Event, window: Round | BareRound) -> str:
    """Tell of a look after the close; those before it say nothing of this round."""
    fact = event.fact
    assert isinstance(fact, Poll)
    if isinstance(window, BareRound) or event.valid < times.text(settles(window)):
        return ""
    return "asked after the close, Numerai answered" if fact.ok else f"asked after the close: {fact.error}"


def of_attempts(event: Event) -> str:
    """Tell what was tried in the round, and what kept it from coming to something."""
    match event.fact:
        case AttemptStarted(script=script):
            return f"submit.sh is fired (SHA-256 {script[:12]}…)"
        case AttemptEnded() as ended:
            whose = "" if ended.cause is Cause.UNKNOWN else f"; whose doing: {ended.cause.value}"
            return f"{ended.reason} after {durations.text(ended.seconds)}{whose}"
        case TroubleSeen() as trouble:
            of_all = number_of(trouble.calls, "call")
            return f"Numerai failed {trouble.failed} of {of_all} of the agent: {trouble.example}"
        case OutcomeChanged() as changed:
            return f"published as {changed.old}, now {changed.new}"
        case _:
            return ""


def of_sightings(event: Event) -> str:
    """Tell of a submission that somebody saw."""
    match event.fact:
        case UploadSeen() as upload:
            return f"the proxy saw Numerai give the id {upload.submission}; made by {upload.by or 'nobody knows'}"
        case SubmissionSeen() as seen:
            chosen = ", selected" if seen.selected else ", not selected"
            refused = f", not taken: {seen.error}" if seen.error else ""
            status = seen.status or "no status"
            return (
                f"Numerai lists {seen.submission}: {status}, uploaded at {seen.inserted_at}{chosen}{refused}"
            )
        case ScoreSeen() as score:
            return f"Numerai scores {score.submission}"
        case _:
            return ""


def rows(lines: Iterable[EvidenceLine]) -> list[tuple[str, str, str, str]]:
    """Write them for a person; what decides is marked."""
    found = []
    for one in lines:
        mark = "*" if one.decides else ""
        times_said = f" ({one.count} times, the first here)" if one.count > 1 else ""
        found.append((mark, str(one.seq), one.valid, f"{printable.line(one.words)}{times_said}"))
    return found
