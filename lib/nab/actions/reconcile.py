"""Ask Numerai what it lists and scores, and keep what is new. Reconciling is subtraction: reported minus known."""

from __future__ import annotations

from datetime import datetime, timedelta

from nab.actions.bench import Bench
from nab.core import scores, times
from nab.core.events import Event
from nab.core.facts import Poll, RoundSeen, ScoreSeen, SubmissionSeen
from nab.core.rounds import Round
from nab.core.runs import Enrolment
from nab.edges.numerai import CLASSIC, Listed, Numerai, ScoreRow, Unanswered


def note_rounds(bench: Bench, told: list[Round]) -> None:
    """Keep every round, and every change of its times."""
    known = {event.round: event.fact for event in bench.log.events() if isinstance(event.fact, RoundSeen)}
    for one in told:
        fact = RoundSeen(opens=times.text(one.opens), closes_staking=times.text(one.closes))
        if known.get(one.number) != fact:
            bench.log.append(fact, round=one.number, valid=one.opens)


def look(bench: Bench, numerai: Numerai, enrolment: Enrolment) -> bool:
    """Ask for all submissions of an entrant's model; keep what is new and that we asked. False: no answer."""
    who = enrolment.entrant
    try:
        listed = numerai.submissions(enrolment.enrolled.model_id)
    except Unanswered as error:
        bench.log.append(Poll(ok=False, error=error.message), entrant=who)
        return False
    known = known_submissions(bench.log.events(), who)
    for number, fact in sorted(reported(listed).items(), key=lambda pair: pair[1].inserted_at):
        if known.get(number) != fact:
            valid = times.parse(fact.inserted_at)
            bench.log.append(fact, entrant=who, round=number[0], valid=valid)
    bench.log.append(Poll(ok=True, listed=len(listed)), entrant=who)
    return True


def reported(listed: list[Listed]) -> dict[tuple[int, str], SubmissionSeen]:
    """Turn what Numerai lists into facts, by round and submission."""
    return {
        (one.round.number, one.id): SubmissionSeen(
            submission=one.id,
            status=one.status or "",
            selected=bool(one.selected),
            inserted_at=times.text(one.inserted_at),
            filename=one.filename or "",
            source=one.source_platform or "",
        )
        for one in listed
        if one.round is not None and one.round.tournament == CLASSIC
    }


def known_submissions(events: list[Event], entrant: str) -> dict[tuple[int, str], SubmissionSeen]:
    """Return the newest sighting of each submission of an entrant."""
    return {
        (event.round, event.fact.submission): event.fact
        for event in events
        if event.entrant == entrant and event.round is not None and isinstance(event.fact, SubmissionSeen)
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


def fetch_scores(bench: Bench, numerai: Numerai) -> int:
    """Keep every daily value that is new or revised. Returns how many. Raises Unanswered."""
    standings = bench.standings()
    known = known_scores(bench.log.events())
    fresh = 0
    for enrolment in standings.enrolments.values():
        for metric in scores.HORIZON:
            for row in sorted(
                numerai.scores(enrolment.enrolled.model_id, metric), key=lambda r: (r.round_number, r.day)
            ):
                fact = score(row)
                key = (enrolment.entrant, row.round_number, metric, row.day)
                if row.round_number in standings.rounds and known.get(key) != fact:
                    bench.log.append(fact, entrant=enrolment.entrant, round=row.round_number, valid=row.date)
                    fresh += 1
    return fresh


def score(row: ScoreRow) -> ScoreSeen:
    """Turn a row into a fact."""
    return ScoreSeen(
        metric=row.display_name,
        day=row.day,
        value=row.value,
        percentile=row.percentile,
        submission=row.submission_id,
        resolved=bool(row.resolved),
    )


def known_scores(events: list[Event]) -> dict[tuple[str, int, str, int], ScoreSeen]:
    """Return the newest value of each day, by entrant, round, metric and day."""
    return {
        (event.entrant, event.round, event.fact.metric, event.fact.day): event.fact
        for event in events
        if event.entrant is not None and event.round is not None and isinstance(event.fact, ScoreSeen)
    }


def server_time(numerai: Numerai, ours: datetime) -> datetime:
    """Return the time that decides: ours, or Numerai's when the two are more than a minute apart."""
    if numerai.skew is None or abs(numerai.skew) <= 60:
        return ours
    return ours + timedelta(seconds=numerai.skew)
