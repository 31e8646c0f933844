"""Keep what Numerai publishes of public models, beside ours and nobody's: the reference lines of whoever compares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

import click

from nab.actions.bench import Bench
from nab.core.facts import ReferenceSeen, ReferenceValue
from nab.core.log.events import Draft
from nab.core.scores import news, references
from nab.core.scores.metrics import OBJECTIVES
from nab.core.scores.references import Known, Reference
from nab.edges import clock
from nab.edges.numerai.api import Numerai, PublicScore, Refused, Unanswered

MOST_MODELS = 25  # a look: four questions each, of the 300 a minute that Numerai lets an address ask
NEWEST_ROUNDS = 75  # of five a week some 63 wait for their sixtieth day
MOST_VALUES = 20_000  # of one model in one look
VALUES_AN_EVENT = 1000


def fetch(bench: Bench, numerai: Numerai) -> int:
    """Ask for every model whose day has come, whoever has waited longest first. Returns how many values are new.

    A silence leaves a model to the next look. What Numerai says in place of scores is kept, and asked again next day.
    """
    if not bench.rounds():
        return 0
    known = references.known(bench.log.events())
    look = Look(bench, numerai, known, references.pace(bench.rounds().values()))
    due = sorted({*filter(look.is_due, look.wanted())}, key=lambda one: (known.asked.get(one, ""), one.name))
    if len(due) > MOST_MODELS:
        click.echo(f"nab: {len(due) - MOST_MODELS} reference models wait for the next look", err=True)
    return sum(look.keep(one) for one in due[:MOST_MODELS])


@dataclass(frozen=True)
class Look:
    """One look at public models."""

    bench: Bench
    numerai: Numerai
    known: Known
    every: timedelta

    def is_due(self, one: Reference) -> bool:
        return self.known.is_due(one, clock.now(), self.every)

    def wanted(self) -> Iterator[Reference]:
        """Yield the models that nab.toml names."""
        for account in self.bench.config.settings.references.accounts:
            yield from self.of_account(account)
        for name in self.bench.config.settings.references.models:
            yield from self.named(name)

    def of_account(self, account: str) -> list[Reference]:
        """Ask for the models of an account; where there is no answer, those it had before."""
        try:
            return [
                Reference(one.display_name, one.id, account) for one in self.numerai.public_models(account)
            ]
        except Unanswered as error:
            self.complain(Reference("", "", account), error)
            return self.known.of(account)

    def named(self, name: str) -> list[Reference]:
        """Return a model with its id, which is asked for once."""
        if id := self.known.id_of(name):
            return [Reference(name, id)]
        if not self.is_due(Reference(name)):
            return []
        try:
            return [Reference(name, self.numerai.public_id(name))]
        except Unanswered as error:
            self.complain(Reference(name), error)
            return []

    def complain(self, one: Reference, error: Unanswered) -> None:
        """Tell that there was no answer; keep, once a day, that it was none of scores."""
        if not self.is_due(one):
            return
        click.echo(f"nab: reference {one.name or one.account}: {error.message}", err=True)
        if isinstance(error, Refused):
            fact = ReferenceSeen(model=one.name, id=one.id, account=one.account, error=error.message[:1000])
            self.bench.log.append(fact)

    def keep(self, one: Reference) -> int:
        """Ask for a model's scores, and keep that it was asked for and what is new. Returns how many values."""
        try:
            told = [row for metric in self.metrics for row in self.of_metric(one, metric)]
        except Unanswered as error:
            self.complain(one, error)
            return 0
        values = references.fresh(self.known.heard, one.id, islice(told, MOST_VALUES))
        parts = [
            tuple(values[at : at + VALUES_AN_EVENT]) for at in range(0, len(values), VALUES_AN_EVENT)
        ] or [()]
        facts = [ReferenceSeen(model=one.name, id=one.id, account=one.account, values=part) for part in parts]
        self.bench.log.append_all([Draft(fact=fact) for fact in facts])
        return len(values)

    @property
    def metrics(self) -> list[str]:
        return sorted(metric.name for metric in OBJECTIVES.values())

    def of_metric(self, one: Reference, metric: str) -> list[ReferenceValue]:
        """Return a model's values of a metric in rounds of ours, the oldest first."""
        rows = self.numerai.public_scores(one.id, metric, NEWEST_ROUNDS)
        ours = [row for row in rows if row.display_name == metric and row.round_number in self.bench.rounds()]
        return sorted(map(value, ours), key=lambda one: (one.round, one.day, one.version))


def value(row: PublicScore) -> ReferenceValue:
    """Turn a row into what the log holds."""
    return ReferenceValue(
        row.round_number, row.display_name, row.day, news.number(row.value), news.number(row.percentile),
        news.words(row.version),
    )  # fmt: skip
