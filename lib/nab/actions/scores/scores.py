"""Keep every daily score that Numerai publishes, what rounds pay, and ranks: what is news, nothing that is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import click

from nab.actions.bench import Bench
from nab.actions.scores import ranks as round_ranks
from nab.core.facts import RanksSeen, RegimeSeen, RoundResolved, ScoreSeen
from nab.core.log.events import Draft
from nab.core.runs.models import Models
from nab.core.scores import news, scores
from nab.core.scores.metrics import NAMED
from nab.core.scores.news import Heard
from nab.core.text import times
from nab.edges.numerai.api import Numerai, Pays, ScoreConfig, ScoreRow, Unanswered


@dataclass
class Known:
    """What was published before, and what this look has heard beside it: versions, and rounds flagged as resolved."""

    heard: Heard
    versions: set[tuple[str, str]]
    flagged: set[int] = field(default_factory=set)

    @property
    def has_a_new_version(self) -> bool:
        """Say whether a metric was scored by a version that no value before was."""
        return not self.heard.versions <= self.versions


def fetch(bench: Bench, numerai: Numerai) -> int:
    """Keep what is new or revised. Returns how many values. Raises Unanswered when nobody's scores could be read.

    One model's silence leaves the others theirs.
    """
    models, heard = bench.models(), news.heard(bench.log.events())
    known = Known(heard, heard.versions)
    fresh, silent = 0, []
    for model in models.holders:
        try:
            drafts = list(new_values(bench, numerai, model, known))
        except Unanswered as error:
            click.echo(f"nab: {names_of(models, model)}: {error.message}", err=True)
            silent.append(error)
            continue
        if drafts:
            bench.log.append_all(drafts)
        fresh += len(drafts)
    if silent and len(silent) == len(models.holders):
        raise silent[0]
    note_resolved(bench, known.flagged)
    note_ranks(bench, numerai)
    note_regimes(bench, numerai, set(bench.rounds()), again=known.has_a_new_version)
    round_ranks.fetch(bench, numerai)
    return fresh


def names_of(models: Models, model: str) -> str:
    """Name those who have or had a model."""
    return ", ".join(dict.fromkeys(who for _, who in models.holders[model]))


def new_values(bench: Bench, numerai: Numerai, model: str, known: Known) -> Iterator[Draft]:
    """Yield what is new of a model: every metric, one question each (all at once would time out), in any round."""
    models = bench.models()
    told = {
        metric: numerai.scores(model, metric) for metric in NAMED
    }  # all of them, or none is taken for heard
    for row in (row for rows in told.values() for row in sorted(rows, key=in_order)):
        fact = score(row)
        place = models.owner(model, fact.submission, put_in(bench, row)), row.round_number
        if row.resolved:
            known.flagged.add(row.round_number)
        if known.heard.is_news(place, fact):
            known.heard.hear(place, fact)
            yield Draft(fact=fact, entrant=place[0], round=place[1], valid=row.date)


def in_order(row: ScoreRow) -> tuple[int, int, int, str]:
    """Return what rows are sorted by; of two versions of a day the higher one, 10 after 9, is the last word."""
    version = news.words(row.version)
    return row.round_number, row.day, len(version), version


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
        value=news.number(row.value),
        percentile=news.number(row.percentile),
        submission=row.submission_id,
        version=news.words(row.version),
    )


def note_resolved(bench: Bench, flagged: set[int]) -> None:
    """Keep, once a round, that Numerai flags it as resolved."""
    drafts = [
        Draft(fact=RoundResolved(), round=number, id=f"resolved:{number}")
        for number in sorted(flagged - news.resolved(bench.log.events()))
    ]
    if drafts:
        bench.log.append_all(drafts)


def ranks(numerai: Numerai, model: str) -> RanksSeen | None:
    """Ask how a model stands among all models; None where Numerai does not say, which keeps no score back."""
    try:
        standing = numerai.standing(model)
    except Unanswered:
        return None
    return RanksSeen(ranks=standing.latest_ranks, means=standing.latest_reps)


def note_regimes(bench: Bench, numerai: Numerai, ours: set[int], *, again: bool = False) -> None:
    """Keep what our rounds pay and how they are scored, and every change of it.

    Asked when a round is new, or `again` because a score came under a new version. Where Numerai does not say, the
    next new round asks for all of them.
    """
    known = scores.regimes(bench.log.events())
    if not again and not ours - set(known):
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
        names=each_named((config, config.name) for config in one.round_score_configs),
        versions=each_named((config, config.version) for config in one.round_score_configs),
    )


def each_named(told: Iterable[tuple[ScoreConfig, object]]) -> dict[str, str]:
    """Return what is said of each score's configurations, in one line where there are several."""
    found: dict[str, set[str]] = {}
    for config, said in told:
        if text := news.words(said):
            found.setdefault(config.display_name, set()).add(text)
    return {score: ", ".join(sorted(texts)) for score, texts in found.items()}


def those_told(values: Iterable[tuple[str, float | None]]) -> dict[str, float]:
    """Return those values that Numerai tells."""
    return {name: value for name, value in values if value is not None}
