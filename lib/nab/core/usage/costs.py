"""What a run has used of its models so far, folded from its events, and said in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

import msgspec
from msgspec import structs

from nab.core.facts import Counts, UsageCounted
from nab.core.log.events import Event
from nab.core.usage.prices import DATED
from nab.core.usage.token_sums import plus

UNPRICED = "unpriced"
DIME, CENT = Decimal("0.1"), Decimal("0.01")


class CountsTold(Counts, frozen=True, forbid_unknown_fields=False):
    """Tokens as derived files tell them: another version of us may tell more."""


class ModelCost(msgspec.Struct, frozen=True, kw_only=True):
    """What was used of a model, as told; `usd` is None unless all of it has a price."""

    provider: str
    model: str
    answers: int = 0
    cut: int = 0
    odd: int = 0
    counts: CountsTold = CountsTold()
    own: CountsTold | None = None
    difference: int | None = None
    usd: float | None = None
    usd_at_least: float = 0.0


class CostSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What was used, as told; `usd` is None unless all of it has a price."""

    usd: float | None = None
    usd_at_least: float = 0.0
    cost: str = "$0.00"
    prices: tuple[str, ...] = ()
    models: tuple[ModelCost, ...] = ()


@dataclass(frozen=True)
class Used:
    """What a run used of one model. `usd` is what has a price, `priced` whether that is all of it.

    `own` is what the agent's program counted, None where it said nothing (yet).
    """

    provider: str
    model: str
    answers: int = 0
    cut: int = 0
    odd: int = 0
    counts: Counts = field(default_factory=Counts)
    own: Counts | None = None
    usd: Decimal = Decimal(0)
    priced: bool = True

    @property
    def cost(self) -> str:
        return in_dollars(self.usd, complete=self.priced)

    @property
    def difference(self) -> int | None:
        """How many tokens more the agent's program counted than the proxy; None where it said nothing."""
        return None if self.own is None else total(self.own) - total(self.counts)


@dataclass(frozen=True)
class Totals:
    """What a run, or several, used: by model, and together. `prices` are the price lists that were used."""

    models: tuple[Used, ...] = ()
    prices: tuple[str, ...] = ()

    @property
    def usd(self) -> Decimal:
        """What has a price."""
        return sum((one.usd for one in self.models), Decimal(0))

    @property
    def priced(self) -> bool:
        return all(one.priced for one in self.models)

    @property
    def cost(self) -> str:
        """Say what it cost: $1.23; "at least $1.23" where something has no price; "unpriced" where nothing has."""
        return in_dollars(self.usd, complete=self.priced) if self.models else "$0.00"

    @property
    def told(self) -> CostSummary:
        """It as derived files and programs are told of it."""
        return CostSummary(
            usd=float(self.usd) if self.priced else None,
            usd_at_least=float(self.usd),
            cost=self.cost,
            prices=self.prices,
            models=tuple(map(tell, self.models)),
        )


def used(events: Iterable[Event]) -> Totals:
    """Fold what was used from events: those of a run, or of several."""
    return fold((event.run or "", fact) for event in events if isinstance(fact := event.fact, UsageCounted))


def fold(counted: Iterable[tuple[str, UsageCounted]]) -> Totals:
    """Fold counts, each with the run that it is of. Of what a program counted itself the last one is right."""
    found: dict[tuple[str, str], Used] = {}
    own: dict[tuple[str, str, str], Counts] = {}
    prices: list[str] = []
    for run, fact in counted:
        key = (fact.provider, fact.model)
        found[key] = after(found.get(key, Used(*key)), fact)
        if fact.own is not None:
            own[run, *key] = fact.own
        if fact.answers and fact.prices not in prices:
            prices.append(fact.prices)
    for (_, provider, model), counts in own.items():
        one = found[provider, model]
        found[provider, model] = replace(one, own=plus(one.own or Counts(), counts))
    return Totals(tuple(found[key] for key in sorted(found)), tuple(prices))


def after(one: Used, fact: UsageCounted) -> Used:
    """Return what was used after one more count."""
    if not fact.answers:
        return one
    return replace(
        one,
        answers=one.answers + fact.answers,
        cut=one.cut + fact.cut,
        odd=one.odd + fact.odd,
        counts=plus(one.counts, fact.counts),
        usd=one.usd + Decimal(repr(fact.usd or 0.0)),
        priced=one.priced and fact.usd is not None,
    )


def named(own: dict[str, Counts], answered: Iterable[str]) -> dict[str, Counts]:
    """Return what a program counted under the names that its models answered with, where they did."""
    known = sorted(answered)
    found: dict[str, Counts] = {}
    for model, counts in own.items():
        as_answered = model if model in known else next((one for one in known if same(one, model)), model)
        found[as_answered] = plus(found.get(as_answered, Counts()), counts)
    return found


def same(answered: str, asked: str) -> bool:
    """Say whether a model is the one that was asked for: an answer may name its date as well."""
    return answered == asked or without_date(answered) == without_date(asked)


def without_date(model: str) -> str:
    return re.sub(rf"{DATED.pattern}$", "", model)


def total(counts: Counts) -> int:
    """Return all tokens; reasoning is among the output."""
    return counts.input + counts.cache_read + counts.cache_write + counts.output


def tell(one: Used) -> ModelCost:
    """Tell what was used of a model."""
    return ModelCost(
        provider=one.provider,
        model=one.model,
        answers=one.answers,
        cut=one.cut,
        odd=one.odd,
        counts=counts_told(one.counts),
        own=counts_told(one.own) if one.own else None,
        difference=one.difference,
        usd=float(one.usd) if one.priced else None,
        usd_at_least=float(one.usd),
    )


def counts_told(counts: Counts) -> CountsTold:
    return CountsTold(**structs.asdict(counts))


def in_dollars(usd: Decimal, *, complete: bool) -> str:
    """Write an amount; small ones with the digits that tell them from nothing."""
    if not complete and not usd:
        return UNPRICED
    digits = 2 if usd >= DIME or not usd else 4 if usd >= CENT else 6
    return f"{'' if complete else 'at least '}${usd:,.{digits}f}"
