"""What tokens cost: a table of prices with the times that they hold, and what one answer costs by it.

Money is decimal and exact. What has no price is None, never 0.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import combinations
from typing import Annotated

import msgspec

from nab.core.errors import NabError
from nab.core.facts import Counts

MILLION = 1_000_000
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Version = Annotated[str, msgspec.Meta(pattern=r"^[\w.-]{1,40}$")]
DATED = re.compile(r"-(\d{8}|\d{4}-\d\d-\d\d)")


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of a price list; a key that it does not have is a mistake."""


class Rates(Table, frozen=True, kw_only=True):
    """US dollars for a million tokens of each kind; a kind without a price has none. Reasoning is output.

    `cache_write_1h` is for what is written for an hour, where a vendor asks more for it than for `cache_write`.
    """

    input: Decimal
    output: Decimal
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    cache_write_1h: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse what is no price."""
        for name in self.__struct_fields__:
            rate = getattr(self, name)
            if isinstance(rate, Decimal) and not (rate.is_finite() and 0 <= rate <= MILLION):
                raise ValueError(f"{name} = {rate} is no price")


class Above(Rates, frozen=True, kw_only=True):
    """The rates of a whole answer whose prompt, caches included, is longer than `tokens`."""

    tokens: Annotated[int, msgspec.Meta(ge=1)]


class Price(Rates, frozen=True, kw_only=True, rename={"since": "from"}):
    """The rates of a model from the beginning of one day (UTC) to the end of another.

    `model` is the exact name; with `dated` also that name with a date after it, as vendors name a state of a model.
    """

    provider: Word
    model: Word
    since: date
    source: Word
    until: date | None = None
    dated: bool = False
    above: Above | None = None

    def fits(self, provider: str, model: str) -> bool:
        """Say whether this is a price of that model."""
        if provider != self.provider or not model.startswith(self.model):
            return False
        rest = model[len(self.model) :]
        return not rest or bool(self.dated and DATED.fullmatch(rest))

    def holds(self, day: date) -> bool:
        """Say whether it holds on a day."""
        return self.since <= day and (self.until is None or day <= self.until)

    @property
    def name(self) -> str:
        return f"{self.provider}/{self.model} from {self.since}"


class Prices(Table, frozen=True, kw_only=True, rename={"rows": "price"}):
    """A list of prices with the version that it is cited by."""

    version: Version
    rows: tuple[Price, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what leaves open which price holds."""
        for row in self.rows:
            if row.until is not None and row.until < row.since:
                raise ValueError(f"{row.name} ends before it begins")
        for one, other in combinations(self.rows, 2):
            if same_model(one, other) and overlap(one, other):
                raise ValueError(f"{one.name} and {other.name} hold at the same time")

    def rates(self, provider: str, model: str, at: datetime) -> Price | None:
        """Return the price of a model at an instant (with a zone); of two, the one that names it exactly."""
        day = at.astimezone(UTC).date()
        found = [row for row in self.rows if row.fits(provider, model) and row.holds(day)]
        return max(found, key=lambda row: len(row.model), default=None)


def same_model(one: Price, other: Price) -> bool:
    return (one.provider, one.model) == (other.provider, other.model)


def overlap(one: Price, other: Price) -> bool:
    return one.since <= (other.until or date.max) and other.since <= (one.until or date.max)


def read(text: str, where: str) -> Prices:
    """Read a price list. Raises NabError with the place of a mistake; `where` names the file."""
    hint = "docs/accounting.md says how to add a price"
    try:
        return msgspec.convert(tomllib.loads(text, parse_float=Decimal), Prices)
    except msgspec.ValidationError as error:
        complaint = str(error).replace("Object contains unknown field", "unknown key")
        complaint = complaint.replace("$.", "").replace(" - at `$`", "")
        raise NabError(f"{where}: {complaint}", hint=hint) from None
    except (
        ValueError,
        RecursionError,
    ) as error:  # tomllib has no word of its own for a number of 5,000 digits
        raise NabError(f"{where} is not TOML: {error}", hint=hint) from None


def joined(ours: Prices, own: Prices) -> Prices:
    """Return both lists as one: of a model that the operator's own has, only its prices count."""
    kept = [row for row in ours.rows if not any(same_model(row, other) for other in own.rows)]
    return Prices(version=f"{ours.version}+{own.version}"[:40], rows=(*own.rows, *kept))


def lent(prices: Prices, lenders: Mapping[str, str]) -> Prices:
    """Return a list in which some providers have the prices of others too; one that it has itself counts for it."""
    rows = list(prices.rows)
    for name, lender in lenders.items():
        own = {row.model for row in prices.rows if row.provider == name}
        rows += [
            msgspec.structs.replace(row, provider=name)
            for row in prices.rows
            if row.provider == lender != name and row.model not in own
        ]
    return Prices(version=prices.version, rows=tuple(rows))


def cost(price: Price, counts: Counts, written_1h: int | None) -> Decimal | None:
    """Return what one answer costs in US dollars, exactly; None where a kind of its tokens has no price.

    `written_1h` is how many tokens of `cache_write` were written for an hour, None where nobody said.
    """
    prompt = counts.input + counts.cache_read + counts.cache_write
    rates: Rates = price.above if price.above and prompt > price.above.tokens else price
    split = split_writes(rates, counts.cache_write, written_1h)
    if split is None:
        return None
    parts = (
        (counts.input, rates.input),
        (counts.cache_read, rates.cache_read),
        (split[0], rates.cache_write),
        (split[1], rates.cache_write_1h),
        (counts.output, rates.output),
    )
    total = Decimal(0)
    for tokens, rate in parts:
        if tokens and rate is None:
            return None
        total += tokens * (rate or Decimal(0))
    return total / MILLION


def split_writes(rates: Rates, written: int, for_an_hour: int | None) -> tuple[int, int] | None:
    """Return how much was written for a short while and for an hour; None where that matters and is not known."""
    if rates.cache_write_1h is None or not written:
        return written, 0
    if for_an_hour is None or for_an_hour > written:
        return None
    return written - for_an_hour, for_an_hour
