"""What befell an entrant, as a list of moments and spans: what the timeline and the narrative are drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from nab.core.facts import (
    AttemptEnded,
    BoxEnded,
    CallsDenied,
    DiagnosticsSeen,
    GapSeen,
    Intervened,
    OrphanEnded,
    OrphanSeen,
    OutcomeChanged,
    RunEnded,
    RunIntended,
    RunStarted,
    SessionEnded,
    SessionStarted,
    SubmissionSeen,
    TurnEnded,
    UploadSeen,
    tags,
)
from nab.core.log.events import Event
from nab.core.text import times

LANES = (
    "runs",
    "sessions",
    "turns",
    "diagnostics",
    "submissions",
    "attempts",
    "leftovers",
    "refusals",
    "interventions",
    "gaps of ours",
    "corrections",
)
KINDS = tags(
    RunIntended, RunStarted, RunEnded, BoxEnded, SessionStarted, SessionEnded, TurnEnded, DiagnosticsSeen,
    SubmissionSeen, UploadSeen, AttemptEnded, OrphanSeen, OrphanEnded, CallsDenied, Intervened, GapSeen, OutcomeChanged,
)  # fmt: skip


@dataclass(frozen=True)
class Happening:
    """Something in a lane: from when, until when (the same, for a moment; None: it goes on), and its event.

    `quoted` is somebody else's words.
    """

    lane: str
    began: datetime
    ended: datetime | None
    event: int
    words: str
    quoted: str = ""
    bad: bool = False
    key: str = ""  # of what a later event ends
    run: str = ""


def by_entrant(events: Iterable[Event]) -> dict[str, list[Happening]]:
    """Sort what happened by entrant, in the order in which it began."""
    found: dict[str, list[Happening]] = {}
    seen: set[tuple[str, str]] = set()
    for event in events:
        if event.kind not in KINDS or event.entrant is None:
            continue
        fact = event.fact
        if isinstance(fact, SubmissionSeen):  # each is told again at every answer
            if (event.entrant, fact.submission) in seen:
                continue
            seen.add((event.entrant, fact.submission))
        kept = found.setdefault(event.entrant, [])
        close(kept, event, fact)
        if (one := happening(event, fact)) is not None:
            kept.append(replace(one, run=event.run or ""))
    return {who: sorted(kept, key=lambda one: (one.began, one.event)) for who, kept in sorted(found.items())}


def close(kept: list[Happening], event: Event, fact: object) -> None:
    """Let end what an event ends: a run that is over, a leftover that is gone."""
    if isinstance(fact, RunEnded):
        key, ended = event.run or "", times.parse(event.valid)
    elif isinstance(fact, OrphanEnded):
        key, ended = fact.identity, times.parse_or_none(fact.ended) or times.parse(event.valid)
    else:
        return
    for place, one in enumerate(kept):
        if one.ended is None and one.key == key:
            kept[place] = replace(one, ended=max(one.began, ended))


def happening(event: Event, fact: object) -> Happening | None:
    """Tell one event; None for one that only ends another."""
    at, seq = times.parse(event.valid), event.seq
    return (
        of_runs(at, seq, fact, event.run or "")
        or of_work(at, seq, fact)
        or of_witnesses(at, seq, fact)
        or of_rounds(at, seq, fact, event.round)
    )


def of_runs(at: datetime, seq: int, fact: object, run: str) -> Happening | None:
    """Tell of runs."""
    match fact:
        case RunIntended():
            return Happening("runs", at, None, seq, "run intended", key=run)
        case BoxEnded():
            return Happening("runs", at, at, seq, f"box lost ({fact.cause.value})", fact.reason, bad=True)
        case RunEnded():
            words = f"run ended: {fact.ending.value.replace('_', ' ')} ({fact.cause.value})"
            return Happening("runs", at, at, seq, words, fact.reason, fact.ending.value == "failed")
        case _:
            return None


def of_work(at: datetime, seq: int, fact: object) -> Happening | None:
    """Tell of sessions and turns."""
    match fact:
        case SessionStarted():
            return Happening("sessions", at, at, seq, f"session {fact.session} began ({fact.mode})")
        case SessionEnded():
            began, ended = span(fact.began, fact.ended, at)
            bad = fact.ending.value != "done"
            words = f"session {fact.session} ended: {fact.ending.value.replace('_', ' ')}"
            return Happening("sessions", began, ended, seq, words, fact.reason, bad)
        case TurnEnded():
            began = times.of_seconds(at.timestamp() - fact.active_seconds)
            return Happening("turns", began, at, seq, "turn over", fact.because)
        case _:
            return None


def of_witnesses(at: datetime, seq: int, fact: object) -> Happening | None:
    """Tell of what was left running, refused, done to a run, and missed by us."""
    match fact:
        case OrphanSeen():
            began = times.parse_or_none(fact.since) or at
            return Happening(
                "leftovers", began, None, seq, f"left running by {fact.session}", fact.argv, key=fact.identity
            )
        case CallsDenied():
            began, ended = span(fact.first, fact.last, at)
            words = f"calls refused: {fact.count}, by the rule {fact.rule}"
            return Happening("refusals", began, ended, seq, words, fact.host, bad=True)
        case Intervened():
            return Happening("interventions", at, at, seq, f"we intervened: {fact.what}", fact.text, bad=True)
        case GapSeen():
            began, ended = span(fact.began, fact.ended, at)
            return Happening(
                "gaps of ours", began, ended, seq, f"{fact.witness} was not there", fact.reason, bad=True
            )
        case _:
            return None


def of_rounds(at: datetime, seq: int, fact: object, number: int | None) -> Happening | None:
    """Tell of what was handed in."""
    where = f" in round {number}" if number is not None else ""
    match fact:
        case SubmissionSeen():
            made = times.parse_or_none(fact.inserted_at) or at
            return Happening(
                "submissions", made, made, seq, f"listed{where}: {fact.status}", fact.error, bool(fact.error)
            )
        case UploadSeen():
            return Happening("submissions", at, at, seq, f"uploaded{where}", fact.by)
        case AttemptEnded():
            bad = fact.exit_code != 0
            words = f"submit.sh fired{where}: exit code {fact.exit_code}"
            return Happening("attempts", at, at, seq, words, fact.reason if bad else "", bad)
        case DiagnosticsSeen():
            return Happening(
                "diagnostics", at, at, seq, f"validation file diagnosed: {fact.status}", fact.message
            )
        case OutcomeChanged():
            return Happening("corrections", at, at, seq, f"{fact.old} became {fact.new}{where}", bad=True)
        case _:
            return None


def span(began: str, ended: str, otherwise: datetime) -> tuple[datetime, datetime]:
    """Read a span; what is no time is the event's own."""
    first = times.parse_or_none(began) or otherwise
    return first, max(first, times.parse_or_none(ended) or otherwise)


def newest(found: Sequence[Happening]) -> int:
    """Return the seq of the newest of them."""
    return max((one.event for one in found), default=0)
