"""Facts of the replay track: artifacts fired on sealed eras, and the one look at each pair of them."""

from __future__ import annotations

import msgspec

from nab.core.facts.base import Fact


class LeakFound(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that a replayed run should not have known: by which check, where, and what was seen there."""

    way: str
    where: str
    why: str


class ReplayFired(Fact, frozen=True, tag="replay.fired"):
    """A frozen artifact was fired on every sealed era of a cut, in order. No score is known yet.

    `eras` are those that it predicted, `missed` the others, each with the reason. `leaks` are those of its development;
    `unread` the files that it kept which could not be looked into. `sha256` is that of its predictions.
    """

    cut: str
    first: int
    last: int
    eras: tuple[int, ...]
    missed: dict[int, str]
    leaks: tuple[LeakFound, ...]
    sha256: str
    seconds: float
    unread: tuple[str, ...] = ()


class ReplayRegistered(Fact, frozen=True, tag="replay.registered"):
    """A family of pairs of replayed runs, told before any of their sealed eras is scored. It is never edited.

    `runs` are those fired and their entrants; `predictions` the SHA-256 of what each predicted.
    """

    family: str
    cut: str
    metric: str
    days: int
    horizon: int  # in weekly eras
    alpha: float
    pairs: tuple[tuple[str, str], ...]
    runs: dict[str, str]
    predictions: dict[str, str]


class PairLooked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the look said of a pair: `p` is adjusted for the family, the interval that of this pair alone at .05."""

    first: str
    second: str
    finding: str
    mean: float
    low: float
    high: float
    p: float
    n: int
    n_eff: float
    why: str = ""


class RunLooked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A run's own mean over the sealed eras with its interval, and how what is sealed leaked to it."""

    run: str
    mean: float
    low: float
    high: float
    n: int
    n_eff: float
    leaks: tuple[LeakFound, ...] = ()


class ReplayLooked(Fact, frozen=True, tag="replay.looked"):
    """The one look at a registered family. `scores_sha256` is that of every score it was made from."""

    family: str
    pairs: tuple[PairLooked, ...]
    runs: tuple[RunLooked, ...]
    scores_sha256: str
