"""Ask Numerai what it lists and scores, and keep what is new. Reconciling is subtraction: reported minus known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from nab.actions.bench import Bench
from nab.core import evidence, rounds, sightings, times
from nab.core.events import Draft
from nab.core.facts import Poll, RoundSeen, SubmissionSeen
from nab.core.outcomes import settles
from nab.core.rounds import Round
from nab.core.runs import Enrolment
from nab.core.sightings import Sightings
from nab.edges.numerai import CLASSIC, NONE, Latest, Listed, Numerai, Unanswered

NEWEST_ROUNDS = (
    3  # asked of all models together in a window: the current one, the next (queued), the one before
)
Reported = dict[tuple[int, str], SubmissionSeen]


def note_rounds(bench: Bench, told: list[Round]) -> None:
    """Keep every round, and every change of its times."""
    known = rounds.seen(bench.log.events())
    drafts = [
        Draft(
            fact=RoundSeen(opens=times.text(one.opens), closes_staking=times.text(one.closes)),
            round=one.number,
            valid=one.opens,
        )
        for one in told
        if known.get(one.number) != one
    ]
    if drafts:
        bench.log.append_all(drafts)


def look_at_the_newest(bench: Bench, numerai: Numerai) -> dict[str, bool]:
    """Ask in one question what counts for all entrants in the newest rounds. Returns for whom that was answered."""
    enrolments = bench.standings().enrolments
    if not enrolments:
        return {}
    try:
        told = numerai.latest(NEWEST_ROUNDS)
    except Unanswered as error:
        note_polls(bench, {name: Poll(ok=False, error=error.message) for name in enrolments}, numerai.time())
        return dict.fromkeys(enrolments, False)
    keep(bench, {name: latest(told.get(one.enrolled.model_id, ())) for name, one in enrolments.items()})
    polls = {name: poll(told.get(one.enrolled.model_id)) for name, one in enrolments.items()}
    note_polls(bench, polls, numerai.time())
    return {name: one.ok for name, one in polls.items()}


def poll(rows: list[Latest] | None) -> Poll:
    """Say whether a model was told of: one that is not listed at all is no answer about its submissions."""
    if rows is None:
        return Poll(ok=False, error="the account does not list the model")
    return Poll(ok=True, listed=sum(row.status != NONE for row in rows))


def note_polls(bench: Bench, polls: Mapping[str, Poll], now: datetime) -> None:
    """Keep those polls that tell of a round what was not known: the first answer after its close, and each silence."""
    events = bench.log.events()
    known, told = evidence.gather(events), rounds.seen(events).values()
    over = [settles(one) for one in told if settles(one) <= now]
    drafts = [
        Draft(fact=fact, entrant=name, valid=now)
        for name, fact in sorted(polls.items())
        if over and known.polls(name).answer_since(times.text(max(over))) is None
    ]
    if drafts:
        bench.log.append_all(drafts)


def keep(bench: Bench, reported: Mapping[str, Reported]) -> None:
    """Keep what is new of what Numerai lists, by entrant."""
    known = sightings.known(bench.log.events())
    drafts = [
        Draft(fact=fact, entrant=name, round=number, valid=times.parse(fact.inserted_at))
        for name, seen in sorted(reported.items())
        for (number, _), fact in sightings.fresh(seen, known.get(name, {})).items()
    ]
    if drafts:
        bench.log.append_all(drafts)


def look(bench: Bench, numerai: Numerai, enrolment: Enrolment) -> bool:
    """Ask for all submissions of an entrant's model; keep what is new and that we asked. False: no answer."""
    who = enrolment.entrant
    try:
        listed = numerai.submissions(enrolment.enrolled.model_id)
    except Unanswered as error:
        bench.log.append(Poll(ok=False, error=error.message), entrant=who, valid=numerai.time())
        return False
    keep(bench, {who: reported(listed)})
    bench.log.append(Poll(ok=True, listed=len(listed)), entrant=who, valid=numerai.time())
    return True


def reported(listed: Iterable[Listed]) -> Sightings:
    """Turn what Numerai lists into facts, by round and submission."""
    return {
        (one.round.number, one.id): SubmissionSeen(
            submission=one.id,
            status=one.status or "",
            selected=bool(one.selected),
            inserted_at=times.text(one.inserted_at),
            filename=one.filename or "",
            source=one.source_platform or "",
            error=one.error_info or "",
        )
        for one in listed
        if one.round is not None and one.round.tournament == CLASSIC
    }


def latest(rows: Iterable[Latest]) -> Sightings:
    """Turn what counts in each round into facts. Whatever counts there is the selected one."""
    return {
        (row.round_number, row.id): SubmissionSeen(
            submission=row.id,
            status=row.status or "",
            selected=True,
            inserted_at=times.text(row.timestamp),
            filename=row.filename or "",
        )
        for row in rows
        if row.id is not None and row.timestamp is not None
    }


def look_at_all(bench: Bench, numerai: Numerai) -> tuple[int, int]:
    """Ask for the rounds and for every enrolled entrant. Returns how many answered, and of how many."""
    enrolments = bench.standings().enrolments
    if not enrolments:
        return 0, 0
    since = min(times.parse(enrolment.since) for enrolment in enrolments.values())
    note_rounds(bench, [one for one in numerai.rounds() if one.opens >= since])
    answered = [look(bench, numerai, enrolment) for enrolment in enrolments.values()]
    return sum(answered), len(answered)
