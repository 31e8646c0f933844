"""What models' answers cost, summed up from the proxy's record in memory that does not grow with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec

from nab.core.facts import Counts, UsageCounted
from nab.core.recording.calls import lines
from nab.core.recording.calls.lines import Answer, Phase, Usage
from nab.core.text import times
from nab.core.usage.prices import Prices, cost

MOST_MODELS = 100
MANY = "(many others)"
DIGITS = Decimal("1e-12")  # of a dollar: finer than the price of any one token
ANSWERED = (Phase.DONE, Phase.USAGE)  # a call's beginning says nothing yet that its end does not say again


@dataclass
class Sum:
    """What one model's answers come to. `usd` is None as soon as one of them has no price."""

    answers: int = 0
    cut: int = 0
    odd: int = 0
    counts: Counts = field(default_factory=Counts)
    usd: Decimal | None = Decimal(0)

    def add(self, usage: Usage, usd: Decimal | None) -> None:
        """Add one answer."""
        self.answers += 1
        self.cut += not usage.complete
        self.counts = plus(self.counts, usage.counts)
        self.usd = None if usd is None or self.usd is None else self.usd + usd

    def add_odd(self) -> None:
        """Add an answer whose counts cannot be."""
        self.answers += 1
        self.odd += 1
        self.usd = None


@dataclass
class Sums:
    """What a stretch of a record comes to, by provider and model."""

    prices: Prices
    found: dict[tuple[str, str], Sum] = field(default_factory=dict)

    def see(self, line: bytes) -> None:
        """Take a line of the record into account, if it tells of an answer's cost; most do not."""
        if not lines.USAGE.matches(line):
            return
        told = lines.decode(line, Answer)
        if told is None or told.phase not in ANSWERED or told.usage is None:
            return
        try:
            usage = msgspec.convert(told.usage, Usage)
        except msgspec.ValidationError:
            self.of(name(told.usage.get("provider")), name(told.usage.get("model"))).add_odd()
            return
        self.of(usage.provider, usage.model or "").add(usage, self.price(usage, told.time))

    def of(self, provider: str, model: str) -> Sum:
        """Return the sum of a model; those beyond the hundredth are summed up together."""
        key = (provider, model)
        if key not in self.found and len(self.found) >= MOST_MODELS:
            key = (MANY, MANY)
        return self.found.setdefault(key, Sum())

    def price(self, usage: Usage, time: str) -> Decimal | None:
        """Return what an answer cost when it was given."""
        at = times.parse_or_none(time)
        price = self.prices.rates(usage.provider, usage.model or "", at) if at else None
        return cost(price, usage.counts, usage.written_1h) if price else None

    def facts(self, session: str, upto: int) -> Iterator[UsageCounted]:
        """Yield what is to be written down of a stretch that ends at `upto` (bytes)."""
        for (provider, model), one in sorted(self.found.items()):
            yield UsageCounted(
                session=session,
                provider=provider,
                model=model,
                answers=one.answers,
                cut=one.cut,
                odd=one.odd,
                counts=one.counts,
                upto=upto,
                usd=None if one.usd is None else float(one.usd.quantize(DIGITS)),
                prices=self.prices.version,
            )


def plus(one: Counts, other: Counts) -> Counts:
    """Add two counts."""
    return Counts(
        input=one.input + other.input,
        cache_read=one.cache_read + other.cache_read,
        cache_write=one.cache_write + other.cache_write,
        output=one.output + other.output,
        reasoning=one.reasoning + other.reasoning,
    )


def name(told: Any) -> str:
    """Return a name that may be one."""
    return told if isinstance(told, str) and len(told) <= 128 else ""
