"""What models' answers cost, summed up from the proxy's record in memory that does not grow with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any

import msgspec

from nab.core.facts import Counts, UsageCounted
from nab.core.text import times
from nab.core.usage.prices import Prices, cost

MOST_TOKENS = 1 << 50  # what the proxy takes for a count at most
MOST_MODELS = 100
MANY = "(many others)"
DIGITS = Decimal("1e-12")  # of a dollar: finer than the price of any one token
Tokens = Annotated[int, msgspec.Meta(ge=0, lt=MOST_TOKENS)] | None
Name = Annotated[str, msgspec.Meta(max_length=128)]


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """What one answer cost, in the words of docs/capture.md. None is "not said", and counts as none."""

    provider: Name
    model: Name | None = None
    input: Tokens = None
    cache_read: Tokens = None
    cache_write: Tokens = None
    output: Tokens = None
    reasoning: Tokens = None
    complete: bool = False
    raw: dict[str, Any] | None = None

    @property
    def counts(self) -> Counts:
        return Counts(
            input=self.input or 0,
            cache_read=self.cache_read or 0,
            cache_write=self.cache_write or 0,
            output=self.output or 0,
            reasoning=self.reasoning or 0,
        )

    @property
    def written_1h(self) -> int | None:
        """How many tokens Anthropic wrote into a cache for an hour; None where that was not said."""
        written = (self.raw or {}).get("cache_creation")
        found = written.get("ephemeral_1h_input_tokens") if isinstance(written, dict) else None
        return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


class Line(msgspec.Struct):
    """What is read here of a line of the record: an answer's."""

    time: str = ""
    phase: str = ""
    usage: dict[str, Any] | None = None


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
        if b'"usage":{' not in line:
            return
        try:
            told = LINE.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return  # torn
        if told.phase not in ANSWERED or told.usage is None:
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
        try:
            price = self.prices.rates(usage.provider, usage.model or "", times.parse(time))
        except ValueError:
            return None
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


LINE = msgspec.json.Decoder(Line)
ANSWERED = {"done", "usage"}  # a call's beginning says nothing yet that its end does not say again


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
