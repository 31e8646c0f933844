"""Ask Numerai what it lists and scores, and keep what is new. Reconciling is subtraction: reported minus known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import click

from nab.actions.bench import Bench
from nab.core.facts import Poll, RoundSeen, ScopesSeen, SubmissionSeen, tag
from nab.core.log.events import Draft
from nab.core.outcomes import polling, sightings
from nab.core.outcomes.outcomes import settles
from nab.core.outcomes.sightings import Sightings
from nab.core.runs.enrolments import Enrolment
from nab.core.text import times
from nab.core.windows.rounds import Round
from nab.edges.numerai.api import CLASSIC, NONE, Latest, Listed, Numerai, Unanswered

NEWEST_ROUNDS = (
    3  # asked of all models together in a window: the current one, the next (queued), the one before
)
SCOPES = tag(ScopesSeen)
Reported = dict[tuple[int, str], SubmissionSeen]


def note_rounds(bench: Bench, told: list[Round]) -> None:
    """Keep every round, and every change of its times."""
    known = bench.rounds()
    drafts = []
    for one in told:
        before = known.get(one.number)
        fact = round_seen(one, before)
        if before is None or fact != round_seen(before):
            drafts.append(Draft(fact=fact, round=one.number, valid=one.opens))
    if drafts:
        bench.log.append_all(drafts)


def round_seen(one: Round, before: Round | None = None) -> RoundSeen:
    """Turn a round into a fact. A closeTime that is not told this time is the one that was told before."""
    ends = one.ends or (before.ends if before else None)
    return RoundSeen(
        opens=times.text(one.opens),
        closes_staking=times.text(one.closes),
        closes=times.text(ends) if ends else None,
    )


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
    known, told = bench.evidence(), bench.rounds().values()
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


@dataclass(frozen=True)
class Looked:
    """For whom Numerai was asked, with the answer (yes or no), and for whom it was not time yet, with the reason."""

    answered: dict[str, bool]
    waiting: dict[str, str]
    asked: int

    def __str__(self) -> str:
        good = sum(self.answered.values())
        later = f"; {len(self.waiting)} are not due yet" if self.waiting else ""
        questions = f"{self.asked} question{'' if self.asked == 1 else 's'}"
        return f"Numerai answered for {good} of {len(self.answered)} entrants ({questions}){later}"


def look_at_all(bench: Bench, numerai: Numerai, *, now: bool) -> Looked:
    """Ask for the rounds and for every enrolled entrant that is due, or with `now` for every one.

    Those who have waited longest go first; nobody is left out for ever, and one silence leaves the others theirs.
    """
    enrolments = bench.standings().enrolments
    known, told = bench.evidence(), list(bench.rounds().values())
    at = numerai.time()
    dues = {name: polling.due(known, name, told, at) for name in enrolments}
    chosen = [name for name in enrolments if now or dues[name].now]
    if chosen:
        ask_for_rounds(bench, numerai, [enrolments[name] for name in enrolments])
        note_scopes(bench, numerai)
    order = sorted(chosen, key=lambda name: (known.polls(name).answered[-1:], name))
    answered = {name: look(bench, numerai, enrolments[name]) for name in order}
    waiting = {name: dues[name].because for name in enrolments if name not in answered}
    return Looked(answered, waiting, numerai.asked)


def ask_for_rounds(bench: Bench, numerai: Numerai, enrolments: list[Enrolment]) -> None:
    """Keep what Numerai says of every round since the first enrolment. A silence leaves it to the next look."""
    since = min(times.parse(enrolment.since) for enrolment in enrolments)
    try:
        note_rounds(bench, [one for one in numerai.rounds() if one.opens >= since])
    except Unanswered as error:
        click.echo(f"nab: rounds: {error.message}", err=True)


def note_scopes(bench: Bench, numerai: Numerai) -> None:
    """Keep what our key may do, and every change of it. A silence leaves it to the next look."""
    known = [event.fact for event in bench.log.events() if event.kind == SCOPES]
    try:
        told = ScopesSeen(scopes=numerai.scopes())
    except Unanswered as error:
        click.echo(f"nab: scopes: {error.message}", err=True)
        return
    if known[-1:] != [told]:
        bench.log.append(told)
