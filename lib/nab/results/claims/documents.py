"""The registry and its claims as JSON has them; docs/schemas/claims.json is made of these types."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date

import msgspec

from nab.core.facts import Excluded
from nab.results.statistics.sensitivity import Row

SCHEMA = 1
DIGITS = 6  # significant ones, of every figure that is published


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the registry."""


class LookTold(Document, frozen=True, kw_only=True):
    """A look at a pair: `interval` is at 1 - alpha/m among the family, `alone` is that of this pair alone at .05."""

    look: int
    upto: int
    n: int
    n_eff: float
    last_round: int
    estimate: float
    se: float
    df: float
    p: float
    p_holm: float
    alpha: float
    interval: tuple[float, float]
    alone: tuple[float, float]
    rejected: bool
    equivalent: bool
    note: str


class VersionTold(Document, frozen=True, kw_only=True):
    """A claim as of the event `upto`: it never changes. `look` is the one that the verdict, or its absence, rests on.

    A list in `excluded` is a round, the run without a final score, the cause and the reason.
    """

    claim: str
    upto: int
    known: str
    verdict: str
    causes: tuple[str, ...]
    look: int
    looks: tuple[LookTold, ...]
    excluded: tuple[Excluded, ...]
    late: tuple[int, ...]
    sensitivity: tuple[Row, ...]
    agreement: str
    data_sha256: str


class Recorded(Document, frozen=True, kw_only=True):
    """Where a version is on record, and by which code."""

    seq: int
    known: str
    sha256: str
    commit: str
    lock_sha256: str


class HistoryLine(Document, frozen=True, kw_only=True):
    """A version of a claim: what it said, why there is one, and from which event on the next one holds."""

    version: int
    upto: int
    known: str
    look: int
    verdict: str
    causes: tuple[str, ...]
    superseded_by: int | None = None
    recorded: tuple[Recorded, ...] = ()


class Between(Document, frozen=True, kw_only=True):
    """Where a pair stands between looks: nothing is decided. The band holds at all rounds at once, from 40 on."""

    n: int
    n_eff: float
    estimate: float | None
    band: tuple[float, float] | None


class NextLook(Document, frozen=True, kw_only=True):
    """The next look: its number of shared rounds and when those could be final; no date where the season is shorter."""

    n: int
    by: date | None


class Needed(Document, frozen=True, kw_only=True):
    """How many shared rounds a gap needs at the last look, and by when those could be final; no date: never in it."""

    gap: float
    rounds: int
    by: date | None


class Claim(Document, frozen=True, kw_only=True):
    """A claim as of now, its history, and the query by which anybody gets its scores from the log.

    `needed` is told of one claim alone (make claim ID=), for it takes a while to work out.
    """

    id: str
    family: str
    kind: str
    statement: str
    pair: tuple[str, str]
    verdict: str
    version: int
    current: VersionTold | None
    now: Between
    next_look: NextLook | None
    needed: tuple[Needed, ...]
    history: tuple[HistoryLine, ...]
    query: str


class FamilyTold(Document, frozen=True, kw_only=True):
    """A family as it was registered at `seq`, and what the log has told since of version and end."""

    name: str
    level: str
    seq: int
    known: str
    first: int
    last: int
    metric: str
    version: str
    ends: str
    m: int
    delta: float
    looks: tuple[int, ...]
    alphas: tuple[float, ...]
    members: dict[str, str]
    groups: dict[str, tuple[str, ...]]
    control: str
    commit: str
    lock_sha256: str


class Registry(Document, frozen=True, kw_only=True):
    """All claims as of the event `seq`, whose line has the hash `head`; `alone` are enrolled runs in no family."""

    schema: int = SCHEMA
    seq: int
    as_of: str
    head: str
    families: tuple[FamilyTold, ...]
    claims: tuple[Claim, ...]
    alone: dict[str, str]


def sha256(one: VersionTold) -> str:
    """Return the hash of a version as JSON."""
    return hashlib.sha256(msgspec.json.encode(one)).hexdigest()


def data_sha256(rows: Iterable[tuple[int, float, float]]) -> str:
    """Return the hash of shared rounds with both scores, a JSON list a line."""
    lines = (msgspec.json.encode(row) + b"\n" for row in rows)
    return hashlib.sha256(b"".join(lines)).hexdigest()


def rounded(value: float) -> float:
    """Keep the digits that are published."""
    return float(f"{value:.{DIGITS}g}")


def both(lo: float, hi: float) -> tuple[float, float]:
    """Round an interval."""
    return rounded(lo), rounded(hi)
