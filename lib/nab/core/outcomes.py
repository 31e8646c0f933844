"""The outcome of an entrant in a round: the best answer known now, folded from evidence, never stored as truth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from nab.core import times
from nab.core.duties import HINDERED, NO_SCRIPT
from nab.core.events import Event
from nab.core.facts import (
    AttemptEnded,
    AttemptStarted,
    Cause,
    Fact,
    Poll,
    ScoreSeen,
    SubmissionSeen,
    Tick,
    UploadSeen,
)
from nab.core.rounds import Round

F = TypeVar("F", bound=Fact)
GRACE = timedelta(minutes=10)  # Numerai lists a submission up to ten minutes late


class Status(StrEnum):
    """What we can say of an entrant in a round."""

    VERIFIED = "verified"
    SUBMITTED = "submitted"
    DISPUTED = "disputed"
    MISSED = "missed"
    UNREACHABLE = "unreachable"
    SUBMITTING = "submitting"
    OPEN = "open"
    PENDING = "pending"


@dataclass(frozen=True)
class Outcome:
    """A status with its detail (on-time, late, queued), whose doing it is, and the evidence (seqs)."""

    status: Status
    detail: str = ""
    cause: Cause | None = None
    reason: str = ""
    submission: str | None = None
    because: tuple[int, ...] = ()

    @property
    def settled(self) -> bool:
        """Whether the outcome was worth publishing as a result; newer evidence still changes it."""
        return self.status in {Status.VERIFIED, Status.MISSED, Status.DISPUTED, Status.UNREACHABLE}

    @property
    def words(self) -> str:
        return f"{self.status.value} {self.detail}".strip()


@dataclass(frozen=True)
class Evidence:
    """What the log holds, by what it is about, in the order we learned it."""

    about: dict[tuple[str, int], list[Event]] = field(default_factory=dict)
    polls: dict[str, list[Event]] = field(default_factory=dict)


def settles(window: Round) -> datetime:
    """Return from when on an answer without a submission counts: a while after the close."""
    return window.closes + min(GRACE, window.closes - window.opens)


def gather(events: Iterable[Event]) -> Evidence:
    """Sort the log by entrant and round, in one pass. A poll is about all rounds of its entrant."""
    known = Evidence()
    for event in events:
        match event.fact:
            case Tick(decisions=decisions) if event.round is not None:
                for entrant in decisions:
                    known.about.setdefault((entrant, event.round), []).append(event)
            case Poll() if event.entrant is not None:
                known.polls.setdefault(event.entrant, []).append(event)
            case _ if event.entrant is not None and event.round is not None:
                known.about.setdefault((event.entrant, event.round), []).append(event)
            case _:
                pass
    return known


def outcome(known: Evidence, entrant: str, window: Round, now: datetime) -> Outcome:
    """Fold the evidence. A later sighting simply changes the answer; no answer is terminal."""
    events = known.about.get((entrant, window.number), [])
    polls = known.polls.get(entrant, [])
    if listed := of(events, SubmissionSeen):
        return verified(listed, window)
    if scores := of(events, ScoreSeen):
        event, score = scores[-1]
        return Outcome(Status.VERIFIED, "scored", submission=score.submission, because=(event.seq,))
    if uploads := of(events, UploadSeen):
        return uploaded(*uploads[-1], polls, window)
    if now >= window.closes:
        return after_the_close(events, polls, entrant, window)
    if in_flight(events):
        return Outcome(Status.SUBMITTING, because=(events[-1].seq,))
    return Outcome(Status.OPEN if now >= window.opens else Status.PENDING)


def of(events: Iterable[Event], kind: type[F]) -> list[tuple[Event, F]]:
    """Pick the events of one kind, each with its fact."""
    return [(event, event.fact) for event in events if isinstance(event.fact, kind)]


def verified(listed: Sequence[tuple[Event, SubmissionSeen]], window: Round) -> Outcome:
    """Numerai lists it. The selected one counts, else the newest; its own word on lateness wins."""
    newest = {seen.submission: (event, seen) for event, seen in listed}
    event, seen = max(newest.values(), key=lambda pair: (pair[1].selected, pair[1].inserted_at))
    detail = seen.status
    if detail not in {"on-time", "late", "queued"}:
        detail = "on-time" if times.parse(seen.inserted_at) <= window.closes else "late"
    return Outcome(Status.VERIFIED, detail, submission=seen.submission, because=(event.seq,))


def uploaded(event: Event, upload: UploadSeen, polls: Sequence[Event], window: Round) -> Outcome:
    """The proxy saw an id given; if Numerai still does not list it well after the close, that is disputed."""
    for poll, answer in reversed(of(polls, Poll)):
        if answer.ok and poll.seq > event.seq and times.parse(poll.valid) >= settles(window):
            reason = "Numerai gave an id at the upload and does not list it"
            because = (event.seq, poll.seq)
            return Outcome(Status.DISPUTED, "", Cause.UNKNOWN, reason, upload.submission, because)
    return Outcome(Status.SUBMITTED, submission=upload.submission, because=(event.seq,))


def after_the_close(events: Sequence[Event], polls: Sequence[Event], entrant: str, window: Round) -> Outcome:
    """Nothing was seen and the window is over: missed only if somebody asked since, and was answered."""
    since = [(poll, answer) for poll, answer in of(polls, Poll) if times.parse(poll.valid) >= settles(window)]
    answered = [poll.seq for poll, answer in since if answer.ok]
    if answered:
        cause, reason = blame(events, entrant)
        return Outcome(Status.MISSED, "", cause, reason, because=(answered[-1],))
    if since:
        reason = f"Numerai did not answer: {since[-1][1].error}"
        return Outcome(Status.UNREACHABLE, "", Cause.NUMERAI, reason, because=(since[-1][0].seq,))
    return Outcome(Status.PENDING, reason="nobody has asked long enough after the close")


def blame(events: Sequence[Event], entrant: str) -> tuple[Cause, str]:
    """Say whose doing a miss is; where nothing tells, say so."""
    if ended := of(events, AttemptEnded):
        last = ended[-1][1]
        return last.cause, f"{last.reason}, and nothing is listed" if last.exit_code == 0 else last.reason
    if of(events, AttemptStarted):
        return Cause.HARNESS, "submit.sh was fired and nobody learned how it ended"
    reasons = [tick.decisions[entrant][1] for _, tick in of(events, Tick)]
    if not reasons:
        return Cause.HARNESS, "nobody looked while the window was open"
    if any(reason == NO_SCRIPT for reason in reasons):
        return Cause.AGENT, NO_SCRIPT
    if hindered := [reason for reason in reasons if reason.startswith(HINDERED)]:
        return Cause.HARNESS, hindered[-1]
    return Cause.UNKNOWN, "nothing was fired and nothing was listed"


def in_flight(events: Sequence[Event]) -> bool:
    """Say whether submit.sh was fired and has not ended, as far as the log knows."""
    attempts = [event.fact for event in events if isinstance(event.fact, AttemptStarted | AttemptEnded)]
    return bool(attempts) and isinstance(attempts[-1], AttemptStarted)
