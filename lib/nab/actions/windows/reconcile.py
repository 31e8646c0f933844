"""Ask Numerai what it lists and scores, and keep what is new. Reconciling is subtraction: reported minus known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import click

from nab.actions.bench import Bench
from nab.actions.windows import answers
from nab.core.facts import Poll, ScopesSeen, tag
from nab.core.log.events import Draft
from nab.core.outcomes import polling, sightings
from nab.core.outcomes.outcomes import settles
from nab.core.outcomes.sightings import Sightings
from nab.core.text import times
from nab.core.text.counts import number_of
from nab.core.windows.rounds import Round
from nab.edges.numerai.api import Numerai, Unanswered

NEWEST_ROUNDS = (
    3  # asked of all models together in a window: the current one, the next (queued), the one before
)
SCOPES = tag(ScopesSeen)


def note_rounds(bench: Bench, told: list[Round]) -> None:
    """Keep every round, and every change of its times."""
    known = bench.rounds()
    drafts = []
    for one in told:
        before = known.get(one.number)
        fact = answers.round_seen(one, before)
        if before is None or fact != answers.round_seen(before):
            drafts.append(Draft(fact=fact, round=one.number, valid=one.opens))
    if drafts:
        bench.log.append_all(drafts)


def look_at_the_newest(bench: Bench, numerai: Numerai) -> dict[str, bool]:
    """Ask in one question what counts for all entrants in the newest rounds. Returns for whom that was answered."""
    models = bench.models()
    if not models.of:
        return {}
    try:
        told = numerai.latest(NEWEST_ROUNDS)
    except Unanswered as error:
        note_polls(bench, {name: Poll(ok=False, error=error.message) for name in models.of}, numerai.time())
        return dict.fromkeys(models.of, False)
    keep(bench, {model: answers.latest(told.get(model, ())) for model in models.holders})
    polls = {name: answers.poll(told.get(had[-1].id)) for name, had in models.of.items()}
    note_polls(bench, polls, numerai.time())
    return {name: one.ok for name, one in polls.items()}


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


def keep(bench: Bench, reported: Mapping[str, Sightings]) -> None:
    """Keep what is new of what Numerai lists, by the model's id: whoever's it is, in whatever round."""
    models, known = bench.models(), sightings.known(bench.log.events())
    of_each: dict[str, Sightings] = {}
    for model, listed in reported.items():
        for place, fact in listed.items():
            owner = models.owner(model, fact.submission, fact.inserted_at)
            of_each.setdefault(owner, {})[place] = fact
    drafts = [
        Draft(fact=fact, entrant=name, round=number, valid=times.parse(fact.inserted_at))
        for name, seen in sorted(of_each.items())
        for (number, _), fact in sightings.fresh(seen, known.get(name, {})).items()
    ]
    if drafts:
        bench.log.append_all(drafts)


def look(bench: Bench, numerai: Numerai, entrant: str) -> bool:
    """Ask for all submissions of an entrant's model; keep what is new and that we asked. False: no answer.

    Models that it had before are asked for too; of those no answer is owed.
    """
    *before, now = bench.models().of[entrant]
    for model in before:
        try:
            keep(bench, {model.id: answers.reported(numerai.submissions(model.id))})
        except Unanswered as error:
            click.echo(f"nab: {model.name}, which {entrant} had before: {error.message}", err=True)
    try:
        listed = numerai.submissions(now.id)
    except Unanswered as error:
        bench.log.append(Poll(ok=False, error=error.message), entrant=entrant, valid=numerai.time())
        return False
    keep(bench, {now.id: answers.reported(listed)})
    bench.log.append(Poll(ok=True, listed=len(listed)), entrant=entrant, valid=numerai.time())
    return True


@dataclass(frozen=True)
class Looked:
    """For whom Numerai was asked, with the answer (yes or no), and for whom it was not time yet, with the reason."""

    answered: dict[str, bool]
    waiting: dict[str, str]
    asked: int

    def __str__(self) -> str:
        good = sum(self.answered.values())
        later = f"; {len(self.waiting)} are not due yet" if self.waiting else ""
        questions = f"{number_of(self.asked, 'question')}"
        return (
            f"Numerai answered for {good} of {number_of(len(self.answered), 'entrant')} ({questions}){later}"
        )


def look_at_all(bench: Bench, numerai: Numerai, *, now: bool) -> Looked:
    """Ask for the rounds and for every entrant that has a model and is due, or with `now` for every one.

    Whether it is enrolled makes no difference: what it submitted shows. Those who have waited longest go first; nobody
    is left out for ever, and one silence leaves the others theirs.
    """
    models = bench.models()
    known, told = bench.evidence(), list(bench.rounds().values())
    at = numerai.time()
    dues = {name: polling.due(known, name, told, at) for name in models.of}
    chosen = [name for name in models.of if now or dues[name].now]
    rounds = ask_for_rounds(bench, numerai, models.since) if chosen else []
    if chosen:
        note_scopes(bench, numerai)
    order = sorted(chosen, key=lambda name: (known.polls(name).answered[-1:], name))
    answered = {name: look(bench, numerai, name) for name in order}
    note_rounds_of_evidence(bench, rounds)
    waiting = {name: dues[name].because for name in models.of if name not in answered}
    return Looked(answered, waiting, numerai.asked)


def ask_for_rounds(bench: Bench, numerai: Numerai, since: str) -> list[Round]:
    """Return what Numerai says of every round, and keep that of each since an instant.

    A silence leaves it to the next look.
    """
    try:
        rounds = numerai.rounds()
    except Unanswered as error:
        click.echo(f"nab: rounds: {error.message}", err=True)
        return []
    note_rounds(bench, [one for one in rounds if one.opens >= times.parse(since)])
    return rounds


def note_rounds_of_evidence(bench: Bench, rounds: Iterable[Round]) -> None:
    """Keep also what was said of older rounds, where something of ours was seen in them."""
    seen = {number for _, number in bench.evidence().about}
    note_rounds(bench, [one for one in rounds if one.number in seen])


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
