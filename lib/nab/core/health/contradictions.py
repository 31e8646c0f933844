"""Where two witnesses disagree. Each of these is a mistake of somebody: ours, an agent's or Numerai's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from nab.core.facts import OutcomeChanged, SubmissionSeen, UploadSeen
from nab.core.health.alarm_kinds import AlarmKind
from nab.core.log.events import Event
from nab.core.outcomes import attribution
from nab.core.outcomes.attribution import OUTSIDE
from nab.core.outcomes.evidence import LISTED, LISTED_WITHIN, Evidence, of
from nab.core.outcomes.outcomes import Status
from nab.core.overview.overview import Standings
from nab.core.runs.models import models
from nab.core.text import times
from nab.core.windows.rounds import BareRound

SHOWN_FOR = timedelta(days=7)


def contradictions(
    events: Sequence[Event], known: Evidence, standings: Standings, now: datetime
) -> Iterator[tuple[str, str]]:
    """Yield them, each with a key and a sentence."""
    recent = [event for event in events if times.parse(event.known) > now - SHOWN_FOR]
    yield from never_listed(recent, known, now)
    yield from scored_only(standings, now)
    yield from corrected(recent)
    yield from made_by_nobody(events, now)


def never_listed(recent: Sequence[Event], known: Evidence, now: datetime) -> Iterator[tuple[str, str]]:
    """The proxy saw Numerai give an id, and hours later Numerai does not list it."""
    for event, upload in of(recent, UploadSeen):
        who, due = event.entrant or "", times.parse(event.known) + LISTED_WITHIN
        asked = known.polls(who).answer_since(times.text(due), event.seq)
        if now >= due and asked and not known.listed_in.get((who, upload.submission)):
            text = f"{who} uploaded {upload.submission} at {event.known}, and Numerai does not list it"
            yield f"{AlarmKind.UNLISTED}:{upload.submission}", text


def scored_only(standings: Standings, now: datetime) -> Iterator[tuple[str, str]]:
    """Numerai scores a submission that it never listed: without the score we should call the round missed.

    Where it was not owed nobody would, and nobody is woken.
    """
    for row in standings.rows:
        if isinstance(row.round, BareRound) or not row.owed or row.round.closes > now:
            continue
        if row.outcome.status is Status.VERIFIED and row.outcome.detail == "scored":
            text = f"round {row.round.number} of {row.entrant} has a score of {row.outcome.submission}, never listed"
            yield f"{AlarmKind.SCORED}:{row.entrant}:{row.round.number}", text


def corrected(recent: Sequence[Event]) -> Iterator[tuple[str, str]]:
    """A published outcome turned out differently."""
    for event, change in of(recent, OutcomeChanged):
        text = f"round {event.round} of {event.entrant} was published as {change.old} and is {change.new}"
        yield f"{AlarmKind.CHANGED}:{event.entrant}:{event.round}:{event.seq}", text


def made_by_nobody(events: Sequence[Event], now: datetime) -> Iterator[tuple[str, str]]:
    """Numerai lists a submission that nobody of ours made, of a model that was ours by then."""
    makers, since = attribution.makers(events), models(events).since_of
    for event in events:
        if event.kind != LISTED or event.entrant not in since:
            continue
        seen = event.fact
        assert isinstance(seen, SubmissionSeen)
        at = times.parse(seen.inserted_at)
        ours = at >= times.parse(since[event.entrant]) and at >= now - SHOWN_FOR
        if makers.get(seen.submission) == OUTSIDE and ours:
            text = f"{event.entrant}: submission {seen.submission} of {seen.inserted_at} was made by nobody of ours"
            yield f"{AlarmKind.OUTSIDE}:{seen.submission}", text
