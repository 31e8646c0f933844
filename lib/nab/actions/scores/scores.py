"""Keep every daily score that Numerai publishes, what rounds pay, and ranks: all that is new, nothing that is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter

import click

from nab.actions.bench import Bench
from nab.actions.scores import ranks as round_ranks
from nab.core.facts import RanksSeen, RegimeSeen, ScoreSeen
from nab.core.log.events import Draft, Event
from nab.core.runs.enrolments import Enrolment
from nab.core.scores import scores
from nab.core.scores.metrics import NAMED
from nab.edges.numerai.api import Numerai, Pays, ScoreRow, Unanswered


def fetch(bench: Bench, numerai: Numerai) -> int:
    """Keep what is new or revised. Returns how many values. Raises Unanswered when nobody's scores could be read.

    One entrant's silence leaves the others theirs.
    """
    standings = bench.standings()
    fresh, silent = 0, []
    for enrolment in standings.enrolments.values():
        try:
            drafts = list(new_values(bench, numerai, enrolment, set(standings.rounds)))
        except Unanswered as error:
            click.echo(f"nab: {enrolment.entrant}: {error.message}", err=True)
            silent.append(error)
            continue
        if drafts:
            bench.log.append_all(drafts)
        fresh += sum(isinstance(draft.fact, ScoreSeen) for draft in drafts)
    if silent and len(silent) == len(standings.enrolments):
        raise silent[0]
    note_regimes(bench, numerai, set(standings.rounds))
    round_ranks.fetch(bench, numerai)
    return fresh


def new_values(bench: Bench, numerai: Numerai, enrolment: Enrolment, ours: set[int]) -> Iterator[Draft]:
    """Yield what is new of one entrant: every metric, one question each (all at once would time out), and ranks."""
    who, events = enrolment.entrant, bench.log.events()
    known = known_scores(events, who)
    for metric in NAMED:
        rows = numerai.scores(enrolment.enrolled.model_id, metric)
        for row in sorted(rows, key=attrgetter("round_number", "day")):
            fact = score(row)
            if row.round_number in ours and known.get((row.round_number, metric, row.day)) != fact:
                yield Draft(fact=fact, entrant=who, round=row.round_number, valid=row.date)
    told = ranks(numerai, enrolment)
    if told is not None and scores.ranks(events).get(who) != told:
        yield Draft(fact=told, entrant=who)


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


def ranks(numerai: Numerai, enrolment: Enrolment) -> RanksSeen | None:
    """Ask how a model stands among all models; None where Numerai does not say, which keeps no score back."""
    try:
        standing = numerai.standing(enrolment.enrolled.model)
    except Unanswered:
        return None
    return RanksSeen(ranks=standing.latest_ranks, means=standing.latest_reps)


def known_scores(events: list[Event], entrant: str) -> dict[tuple[int, str, int], ScoreSeen]:
    """Return the newest value of each day of an entrant, by round, metric and day."""
    return {
        (event.round, fact.metric, fact.day): fact
        for event in events
        if event.kind == scores.SCORE
        and event.entrant == entrant
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
