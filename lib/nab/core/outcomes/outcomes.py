"""The outcome of an entrant in a round: the best answer known now, folded from evidence, never stored as truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from nab.core.facts import AttemptEnded, AttemptStarted, Cause, ScoreSeen, SubmissionSeen, UploadSeen
from nab.core.log.events import Event
from nab.core.outcomes.causes import blame, refused
from nab.core.outcomes.evidence import Asked, Evidence, of
from nab.core.text import times
from nab.core.windows.rounds import BareRound, Round

GRACE = timedelta(minutes=10)  # Numerai lists a submission up to ten minutes late
TOLD = {"on-time", "late", "queued"}


class Status(StrEnum):
    """What we can say of an entrant in a round."""

    VERIFIED = "verified"
    SUBMITTED = "submitted"
    DISPUTED = "disputed"
    REFUSED = "refused"
    MISSED = "missed"
    UNREACHABLE = "unreachable"
    SUBMITTING = "submitting"
    OPEN = "open"
    PENDING = "pending"


SETTLED = {Status.VERIFIED, Status.MISSED, Status.DISPUTED, Status.REFUSED, Status.UNREACHABLE}


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
        return self.status in SETTLED

    @property
    def words(self) -> str:
        return f"{self.status.value} {self.detail}".strip()


def settles(window: Round) -> datetime:
    """Return from when on an answer without a submission counts: a while after the close."""
    return window.closes + min(GRACE, window.closes - window.opens)


def outcome(known: Evidence, entrant: str, window: Round, now: datetime) -> Outcome:
    """Fold the evidence of a round that was owed. A later sighting simply changes the answer; no answer is terminal."""
    events = known.about.get((entrant, window.number), [])
    seen = witnessed(known, events, entrant, window)
    if seen:
        return seen
    asked = known.polls(entrant)
    if over(asked, window, now):
        return after_the_close(known, asked, entrant, window)
    if in_flight(events):
        return Outcome(Status.SUBMITTING, because=(events[-1].seq,))
    return Outcome(Status.OPEN if now >= window.opens else Status.PENDING)


def unowed(known: Evidence, entrant: str, window: Round | BareRound) -> Outcome | None:
    """Fold the evidence of a round that was not owed: it counts like any other. None where there is none: no miss."""
    events = known.about.get((entrant, window.number), [])
    return witnessed(known, events, entrant, window) or turned_down(events)


def turned_down(events: Sequence[Event]) -> Outcome | None:
    """Say that Numerai lists only what it does not take."""
    if (fault := refused(events)) is None:
        return None
    _, seen = of(events, SubmissionSeen)[-1]
    return Outcome(Status.REFUSED, "", fault.cause, fault.reason, seen.submission, fault.because)


def over(asked: Asked, window: Round, now: datetime) -> bool:
    """Say whether the window is over: by our clock or, where that stands wrong, by Numerai's own."""
    return now >= window.closes or asked.answer_since(times.text(window.closes)) is not None


def witnessed(
    known: Evidence, events: Sequence[Event], entrant: str, window: Round | BareRound
) -> Outcome | None:
    """Say what is known of a submission from whoever saw one; None where nobody did."""
    listed = [(event, seen) for event, seen in of(events, SubmissionSeen)]
    scores = of(events, ScoreSeen)
    if found := verified(listed, scores, window):
        return found
    if scores:
        event, score = scores[-1]
        return Outcome(Status.VERIFIED, "scored", submission=score.submission, because=(event.seq,))
    uploads = [
        (event, upload)
        for event, upload in of(events, UploadSeen)
        # Which round it is for is Numerai's to say: listed for another one, it says nothing of this.
        if not known.listed_in.get((entrant, upload.submission))
    ]
    return uploaded(*uploads[-1], known.polls(entrant), window) if uploads else None


def verified(
    listed: Sequence[tuple[Event, SubmissionSeen]],
    scores: Sequence[tuple[Event, ScoreSeen]],
    window: Round | BareRound,
) -> Outcome | None:
    """Numerai lists it. One that it scored counts, else the selected, else the newest; its word on lateness wins."""
    newest = {seen.submission: (event, seen) for event, seen in listed}
    valid = [(event, seen) for event, seen in newest.values() if not seen.error]
    if not valid:
        return None
    scored = {score.submission for _, score in scores}
    event, seen = max(
        valid, key=lambda pair: (pair[1].submission in scored, pair[1].selected, pair[1].inserted_at)
    )
    detail = seen.status if seen.status in TOLD else in_time(seen, window)
    return Outcome(Status.VERIFIED, detail, submission=seen.submission, because=(event.seq,))


def in_time(seen: SubmissionSeen, window: Round | BareRound) -> str:
    """Say by the deadline whether a submission is late; nothing where no deadline is known."""
    if isinstance(window, BareRound):
        return ""
    return "on-time" if times.parse(seen.inserted_at) <= window.closes else "late"


def uploaded(event: Event, upload: UploadSeen, asked: Asked, window: Round | BareRound) -> Outcome:
    """The proxy saw an id given; if Numerai still does not list it well after the close, that is disputed."""
    since = times.text(settles(window)) if isinstance(window, Round) else None
    poll = asked.answer_since(since, event.seq) if since else None
    if poll is not None:
        reason = "Numerai gave an id at the upload and does not list it"
        because = (event.seq, poll)
        return Outcome(Status.DISPUTED, "", Cause.UNKNOWN, reason, upload.submission, because)
    return Outcome(Status.SUBMITTED, submission=upload.submission, because=(event.seq,))


def after_the_close(known: Evidence, asked: Asked, entrant: str, window: Round) -> Outcome:
    """Nothing was seen and the window is over: missed only if somebody asked since, and was answered."""
    settled = times.text(settles(window))
    answer = asked.answer_since(settled)
    if answer is not None:
        fault = blame(known, entrant, window)
        return Outcome(Status.MISSED, "", fault.cause, fault.reason, because=(answer, *fault.because))
    if silence := asked.silence_since(settled):
        seq, error = silence
        reason = f"Numerai did not answer: {error}"
        return Outcome(Status.UNREACHABLE, "", Cause.NUMERAI, reason, because=(seq,))
    return Outcome(Status.PENDING, reason="nobody has asked long enough after the close")


def in_flight(events: Sequence[Event]) -> bool:
    """Say whether submit.sh was fired and has not ended, as far as the log knows."""
    started, ended = of(events, AttemptStarted), of(events, AttemptEnded)
    return bool(started) and (not ended or ended[-1][0].seq < started[-1][0].seq)
