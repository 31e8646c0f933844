"""Keep every daily score that Numerai publishes, what rounds pay, and ranks: all that is new, nothing that is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter

import click

from nab.actions.bench import Bench
from nab.actions.scores import ranks as round_ranks
from nab.core.facts import RanksSeen, RegimeSeen, ScoreSeen
from nab.core.log.events import Draft, Event
from nab.core.runs.models import Models
from nab.core.scores import scores
from nab.core.scores.metrics import NAMED
from nab.core.text import times
from nab.edges.numerai.api import Numerai, Pays, ScoreRow, Unanswered


def fetch(bench: Bench, numerai: Numerai) -> int:
    """Keep what is new or revised. Returns how many values. Raises Unanswered when nobody's scores could be read.

    One model's silence leaves the others theirs.
    """
    models = bench.models()
    fresh, silent = 0, []
    for model in models.holders:
        try:
            drafts = list(new_values(bench, numerai, model))
        except Unanswered as error:
            click.echo(f"nab: {names_of(models, model)}: {error.message}", err=True)
            silent.append(error)
            continue
        if drafts:
            bench.log.append_all(drafts)
        fresh += len(drafts)
    if silent and len(silent) == len(models.holders):
        raise silent[0]
    note_ranks(bench, numerai)
    note_regimes(bench, numerai, set(bench.rounds()))
    round_ranks.fetch(bench, numerai)
    return fresh


def names_of(models: Models, model: str) -> str:
    """Name those who have or had a model."""
    return ", ".join(dict.fromkeys(who for _, who in models.holders[model]))


def new_values(bench: Bench, numerai: Numerai, model: str) -> Iterator[Draft]:
    """Yield what is new of a model: every metric, one question each (all at once would time out), in any round."""
    models, known = bench.models(), known_scores(bench.log.events())
    for metric in NAMED:
        rows = numerai.scores(model, metric)
        for row in sorted(rows, key=attrgetter("round_number", "day")):
            fact = score(row)
            who = models.owner(model, fact.submission, put_in(bench, row))
            if known.get((who, row.round_number, metric, row.day, fact.submission)) != fact:
                yield Draft(fact=fact, entrant=who, round=row.round_number, valid=row.date)


def put_in(bench: Bench, row: ScoreRow) -> str:
    """Return by when at the latest a submission was put in that is scored: by the day's date, or the round's close."""
    window = bench.rounds().get(row.round_number)
    latest = window.closes if window else row.date
    return times.text(latest) if latest else ""


def note_ranks(bench: Bench, numerai: Numerai) -> None:
    """Keep how the model that each entrant has now stands among all models, if that is new."""
    known = scores.ranks(bench.log.events())
    drafts = [
        Draft(fact=told, entrant=who)
        for who, (*_, model) in bench.models().of.items()
        if (told := ranks(numerai, model.name)) is not None and known.get(who) != told
    ]
    if drafts:
        bench.log.append_all(drafts)


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


def ranks(numerai: Numerai, model: str) -> RanksSeen | None:
    """Ask how a model stands among all models; None where Numerai does not say, which keeps no score back."""
    try:
        standing = numerai.standing(model)
    except Unanswered:
        return None
    return RanksSeen(ranks=standing.latest_ranks, means=standing.latest_reps)


def known_scores(events: list[Event]) -> dict[tuple[str, int, str, int, str], ScoreSeen]:
    """Return the newest value of each day, by entrant, round, metric, day and submission."""
    return {
        (event.entrant, event.round, fact.metric, fact.day, fact.submission): fact
        for event in events
        if event.kind == scores.SCORE
        and event.entrant is not None
        and event.round is not None
        and isinstance(fact := event.fact, ScoreSeen)
    }


def note_regimes(bench: Bench, numerai: Numerai, ours: set[int]) -> None:
    """Keep what our rounds pay, and every change of it. Where Numerai does not say, the next look asks again."""
    known = scores.regimes(bench.log.events())
    if not ours - set(known):
        return
    try:
        told = numerai.pays()
    except Unanswered as error:
        click.echo(f"nab: what rounds pay is not known yet: {error.message}", err=True)
        return
    for one in told:
        fact = regime(one)
        if one.number in ours and known.get(one.number) != fact:
            bench.log.append(fact, round=one.number)


def regime(one: Pays) -> RegimeSeen:
    """Turn what a round pays into a fact."""
    paying = [config for config in one.round_score_configs if config.is_payout]
    return RegimeSeen(
        target=one.target or "",
        multipliers=those_told((config.display_name, config.default_multiplier) for config in paying),
        payout_factor=one.payout_factor,
        clip_thresholds=those_told((config.display_name, config.clip_threshold) for config in paying),
        stake_thresholds=those_told((config.display_name, config.stake_threshold) for config in paying),
        stake_threshold=one.stake_threshold,
    )


def those_told(values: Iterable[tuple[str, float | None]]) -> dict[str, float]:
    """Return those values that Numerai tells."""
    return {name: value for name, value in values if value is not None}
