"""What is registered before a season's first score exists, and the records of scores that the season is folded from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import msgspec

from nab.core.errors import USAGE, NabError
from nab.core.text import times
from nab.results.statistics.overlap import FEWEST, HORIZON, Correlation

LOOKS = (60, 120, 180, 250)  # shared rounds at which a pair is looked at
ALPHAS = (0.002, 0.008, 0.015, 0.025)  # what each look may spend of the season's .05
MOST_ALPHA = 0.05
DELTA = 0.003  # of the metric: what is smaller counts as no difference

Pair = tuple[str, str]


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """A family of hypotheses over one season: of each pair, that its first has the higher mean.

    `ends` is when the season is over, 40 days after the close of its last round; empty: it has no end yet. `version`
    is the scoring's, empty where Numerai names none; scores of another are not used.
    """

    first: int
    last: int
    pairs: tuple[Pair, ...]
    horizon: int = HORIZON
    delta: float = DELTA
    looks: tuple[int, ...] = LOOKS
    alphas: tuple[float, ...] = ALPHAS
    metric: str = ""
    version: str = ""
    ends: str = ""

    def __post_init__(self) -> None:
        """Refuse what no verdict may rest on."""
        for wrong, remedy in mistakes(self):
            raise NabError(f"the season's registration: {wrong}", hint=remedy, exit_code=USAGE)

    @property
    def m(self) -> int:
        """How many hypotheses."""
        return len(self.pairs)

    @property
    def correlation(self) -> Correlation:
        """How rounds overlap, at worst."""
        return Correlation(self.horizon)


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A score of the registered metric as the log has it; without an entrant: any other event, for its time alone."""

    seq: int
    known: str = ""
    entrant: str = ""
    round: int = 0
    day: int = 0
    value: float | None = None
    version: str = ""


def mistakes(one: Registration) -> Iterable[tuple[str, str]]:
    """Tell what is wrong with a registration, and the remedy."""
    if one.first > one.last or one.horizon < 1 or one.delta <= 0:
        yield "first comes after last, or horizon or delta is not positive", "correct these three"
    if len(one.looks) != len(one.alphas) or not one.looks or one.looks[0] < FEWEST:
        yield (
            "looks and alphas have to be as many",
            f"give each look an alpha, the first at {FEWEST} rounds or later",
        )
    if any(low >= high for low, high in pairwise(one.looks)) or min(one.alphas, default=0) <= 0:
        yield "looks have to rise and alphas to be positive", "put them in order"
    if sum(one.alphas) > MOST_ALPHA + 1e-12:
        yield f"alphas sum to {sum(one.alphas):g}", f"spend {MOST_ALPHA:g} at most"
    if one.ends and times.parse_or_none(one.ends) is None:
        yield f"ends is {one.ends!r}", "write it as 2027-07-01T20:00:00Z"
    if (
        not one.pairs
        or len({frozenset(pair) for pair in one.pairs}) < one.m
        or any(a == b for a, b in one.pairs)
    ):
        yield "a pair is there twice, or is of one entrant, or there is none", "name each pair of two once"


def read_registration(given: Registration | Mapping[str, Any]) -> Registration:
    """Read a registration as JSON has it."""
    return given if isinstance(given, Registration) else msgspec.convert(given, Registration)


def read_record(given: Record | Mapping[str, Any] | Sequence[Any], registration: Registration) -> Record:
    """Read a record as JSON has it: by name, or as seq, entrant, round, value of a final score.

    Such a value is one of the day `horizon` in the registered version.
    """
    match given:
        case Record():
            return given
        case Mapping():
            return msgspec.convert(given, Record)
        case _:
            seq, entrant, round_, value = given
            return Record(
                seq=seq,
                entrant=entrant,
                round=round_,
                day=registration.horizon,
                value=value,
                version=registration.version,
            )
