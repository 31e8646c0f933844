"""Register families of claims: the default ones at a tick, those of newcomers by hand. Always before their scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from nab.actions.bench import Bench
from nab.actions.recording import makers
from nab.core.claims.families import families
from nab.core.errors import USAGE, NabError
from nab.core.facts import ClaimRegistered, ScoreSeen
from nab.core.log.events import Draft, Event
from nab.core.scores.metrics import OBJECTIVES, Metric
from nab.core.scores.scores import SCORE
from nab.core.text.counts import number_of
from nab.edges.files import locks

if TYPE_CHECKING:
    from nab.results.claims.registering import Wish

FEWEST = 2  # runs, below which there is nothing to compare
LOCK, DUTY = "claims", "whoever registers or looks at claims"


def note(bench: Bench) -> None:
    """Register what is due by default, beginning with the next round. Trouble with that stops no tick."""
    enrolled, rounds = bench.standings().enrolments, bench.rounds()
    if len(enrolled) < FEWEST or not rounds or not metric_of(bench).tested:
        return
    from nab.results.claims import registering

    first = max(rounds) + 1
    if not registering.is_due(families(bench.log.events()), enrolled, first):
        return
    try:
        with locks.held(bench.paths.lock(LOCK), what=DUTY):
            written = write(bench, registering.default(wish(bench, first)))
    except NabError as error:
        click.echo(f"nab: {error.message}; the next tick registers", err=True)
        return
    for one in written:
        click.echo(words(one))


def by_hand(bench: Bench, season: int | None) -> list[ClaimRegistered]:
    """Register all that is in no family, from a round on; the next one where none is given.

    Raises NabError where there is nobody to register, or a score of theirs exists already.
    """
    from nab.results.claims import registering

    metric, rounds = metric_of(bench), bench.rounds()
    if not metric.tested:
        said = f"by {metric.title}, the objective of nab.toml, there are intervals and no verdicts"
        raise NabError(said, hint="docs/claims.md says by which metric there are", exit_code=USAGE)
    if not rounds:
        raise NabError("no round is known yet", hint="make tick asks Numerai", exit_code=USAGE)
    with locks.held(bench.paths.lock(LOCK), what=DUTY, wait_seconds=60):
        found = registering.by_hand(wish(bench, season or max(rounds) + 1))
        if not found:
            raise NabError(
                "there is nobody to register: every enrolled run with another to compare it with is in a family",
                hint="make claims lists the families; make doctor names runs in none",
                exit_code=USAGE,
            )
        told = scored(bench.log.events(), metric)
        for one in found:
            early = registering.scores_exist(one, told)
            if early is not None:
                raise NabError(
                    f"round {early} has scores of these runs already: a season is registered before its first score",
                    hint=f"the next round is {max(rounds) + 1}: make register SEASON={max(rounds) + 1}",
                    exit_code=USAGE,
                )
        return write(bench, found)


def metric_of(bench: Bench) -> Metric:
    """Return the metric that agents are asked for."""
    return OBJECTIVES[bench.config.settings.objective.metric]


def wish(bench: Bench, first: int) -> Wish:
    """Gather what a registration is made from."""
    from nab.results.claims.registering import Wish

    events, metric = bench.log.events(), metric_of(bench)
    commit, lock_sha256 = code(bench)
    return Wish(
        known=families(events),
        enrolled=bench.standings().enrolments,
        first=first,
        metric=metric,
        control=bench.config.settings.results.control,
        version=version(events, metric),
        commit=commit,
        lock_sha256=lock_sha256,
    )


def code(bench: Bench) -> tuple[str, str]:
    """Say which code this is: its commit, marked where it was changed, or its version; and the hash of its lock."""
    here = makers.harness_here(bench)
    if here is None:
        return "", ""
    return f"{here.commit or here.version}{'-dirty' if here.dirty else ''}", here.lock_sha256


def version(events: Sequence[Event], metric: Metric) -> str:
    """Return the scoring version of the newest score by a metric; empty where there is none."""
    for event in reversed(events):
        if event.kind == SCORE and isinstance(fact := event.fact, ScoreSeen) and fact.metric == metric.name:
            return fact.version
    return ""


def scored(events: Sequence[Event], metric: Metric) -> dict[int, set[str]]:
    """Return who has a score by a metric, whatever its day, by round."""
    found: dict[int, set[str]] = {}
    for event in events:
        if event.kind != SCORE or event.round is None or event.entrant is None:
            continue
        if (
            isinstance(fact := event.fact, ScoreSeen)
            and fact.metric == metric.name
            and fact.value is not None
        ):
            found.setdefault(event.round, set()).add(event.entrant)
    return found


def write(bench: Bench, found: Sequence[ClaimRegistered]) -> list[ClaimRegistered]:
    """Write families down."""
    bench.log.append_all([Draft(fact=one, id=f"registered:{one.family}") for one in found])
    return [*found]


def words(one: ClaimRegistered) -> str:
    """Say what was registered."""
    return (
        f"registered {one.family}: rounds {one.first} to {one.last}, {number_of(len(one.pairs), 'pair')} "
        f"of {number_of(len(one.members), 'run')} at {one.level}"
    )
