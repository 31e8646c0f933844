"""Facts of claims: what was registered before its scores were there, what a look said, what was taken back or shown."""

from __future__ import annotations

import msgspec

from nab.core.facts.base import Fact

Pairs = tuple[tuple[str, str], ...]


class ClaimRegistered(Fact, frozen=True, tag="claim.registered"):
    """A family of claims over one season, told before the first of its scores is there. It is never edited.

    `members` are runs and their entrants; a pair is of two of them or, where there are `groups`, of two groups of them.
    An empty `version` is that of the first score that comes; an empty `ends` is 40 days after the close of the last
    round, once the log tells of that. `control` is the run that all are shown beside. `commit` and `lock_sha256` are
    those of the harness that registered.
    """

    family: str
    level: str
    first: int
    last: int
    metric: str
    horizon: int
    delta: float
    looks: tuple[int, ...]
    alphas: tuple[float, ...]
    pairs: Pairs
    members: dict[str, str]
    groups: dict[str, tuple[str, ...]] = {}
    control: str = ""
    version: str = ""
    ends: str = ""
    commit: str = ""
    lock_sha256: str = ""


class Excluded(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A round of the season that counts for neither of a pair, for this run has no score in it. A list in the log."""

    round: int
    run: str
    cause: str
    reason: str


class ClaimLooked(Fact, frozen=True, tag="claim.looked"):
    """A look at a claim, or a later version of it: what was said as of the event `upto`.

    `interval` is that at 1 - alpha/m, `alone` that of this pair alone at .05. `sha256` is that of the whole version as
    JSON (docs/schemas/claims.json), `data_sha256` that of the scores it was made from.
    """

    claim: str
    upto: int
    look: int
    verdict: str
    estimate: float
    interval: tuple[float, float]
    alone: tuple[float, float]
    n: int
    n_eff: float
    causes: tuple[str, ...]
    excluded: tuple[Excluded, ...]
    sha256: str
    data_sha256: str
    commit: str = ""
    lock_sha256: str = ""


class ClaimWithdrawn(Fact, frozen=True, tag="claim.withdrawn"):
    """A verdict that was given holds no more, as of the event `upto`, for these causes."""

    claim: str
    upto: int
    verdict: str
    causes: tuple[str, ...]


class PageBuilt(Fact, frozen=True, tag="page.built"):
    """Pages were shown: the hash of them all, the release that made them, the event they tell up to and its hash.

    `claims` is the hash of the registry as it was shown; `stale` is since when nobody had looked, where the pages said
    so.
    """

    sha256: str
    upto: int
    head: str
    release: str = ""
    claims: str = ""
    stale: str = ""
