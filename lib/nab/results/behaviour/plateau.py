"""Whether an agent still changes what it submits (P1), and whether its search still gets anywhere (P2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum, sqrt

from nab.results.statistics import distributions

SAME = 0.98  # Spearman's rho of two submissions of one round: below it the model is another one
WINDOW_DAYS = 14.0
SIDE = 100  # candidates on each side
BLOCKS = 5  # on each side; a block is 20 neighbours
FEWEST_FAMILIES = 10
DELTA = 0.0005  # of validation CORR
ALPHA = 0.10  # a 90 % interval inside the margin is a test of equivalence at .05


class Plateau(StrEnum):
    """What can be said of one of the two."""

    YES = "plateau"
    NO = "still changing"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True)
class Submitted:
    """A submission: when (days since the run's start), and its likeness to the incumbent's; None: not comparable."""

    day: float
    likeness: float | None = None


@dataclass(frozen=True)
class Behaviour:
    """P1: how many changes of the model in the last days, and the most that their rate can be, per day."""

    verdict: Plateau
    days: float
    changes: int
    most_a_day: float | None


def behaviour(submissions: Sequence[Submitted], until: float) -> Behaviour:
    """Say whether no submission of the last 14 days was of another model than the one before it.

    Where nothing happened in W days the rate is at most 3 / W a day, at 95 % (the rule of three). One that cannot be
    compared leaves it open, unless there was a change anyway.
    """
    late = [one for one in submissions if until - WINDOW_DAYS < one.day <= until]
    days = min(until, WINDOW_DAYS)
    changes = sum(one.likeness is not None and one.likeness < SAME for one in late)
    known = sum(one.likeness is not None for one in late)
    if changes:
        verdict = Plateau.NO
    elif days < WINDOW_DAYS or not known or known < len(late):
        verdict = Plateau.UNDETERMINED
    else:
        verdict = Plateau.YES
    return Behaviour(verdict, days, changes, 3 / days if days > 0 and not changes else None)


@dataclass(frozen=True)
class Candidate:
    """A candidate of a search: its predictions' hash or another identity, its family, its validation score."""

    identity: str
    family: str
    value: float


@dataclass(frozen=True)
class Search:
    """P2: the shift of the last candidates over those before, its 90 % interval, and the rise of the shrunken best.

    `unit` is what was taken as independent: families, or five blocks a side where there are too few families.
    """

    verdict: Plateau
    candidates: int
    shift: float = 0.0
    lo: float = 0.0
    hi: float = 0.0
    rise: float | None = None
    unit: str = ""
    why: str = ""


def search(candidates: Iterable[Candidate], rise: float | None, delta: float = DELTA) -> Search:
    """Compare the last 100 candidates with the 100 before. `rise`: of the shrunken best, None where that is unknown.

    The best so far is no evidence: it can only rise, and does by luck.
    """
    found = distinct(candidates)
    if len(found) < 2 * SIDE:
        why = f"{len(found)} different candidates of the {2 * SIDE} that it takes"
        return Search(Plateau.UNDETERMINED, len(found), rise=rise, why=why)
    before, last = found[-2 * SIDE : -SIDE], found[-SIDE:]
    families = [by_family(side) for side in (before, last)]
    by_families = min(map(len, families)) >= FEWEST_FAMILIES
    old, new = families if by_families else (blocks(before), blocks(last))
    shift, error, df = welch(old, new)
    half = distributions.critical(ALPHA, df) * error if error else 0.0
    lo, hi = shift - half, shift + half
    inside = -delta < lo and hi < delta
    if lo > delta or (rise is not None and rise >= delta):
        verdict = Plateau.NO
    else:
        verdict = Plateau.YES if inside and rise is not None else Plateau.UNDETERMINED
    unit = "families" if by_families else f"{BLOCKS} blocks a side"
    return Search(verdict, len(found), shift, lo, hi, rise, unit)


def distinct(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Leave out what was there before, by its identity."""
    found: dict[str, Candidate] = {}
    for one in candidates:
        found.setdefault(one.identity, one)
    return list(found.values())


def by_family(candidates: Sequence[Candidate]) -> list[float]:
    """Return the mean of each family."""
    found: dict[str, list[float]] = {}
    for one in candidates:
        found.setdefault(one.family, []).append(one.value)
    return [fsum(values) / len(values) for values in found.values()]


def blocks(candidates: Sequence[Candidate]) -> list[float]:
    """Return the means of five blocks of neighbours: what follows each other is alike."""
    values, size = [one.value for one in candidates], len(candidates) // BLOCKS
    return [fsum(values[i * size : (i + 1) * size]) / size for i in range(BLOCKS)]


def welch(old: Sequence[float], new: Sequence[float]) -> tuple[float, float, float]:
    """Return the difference of two means, its standard error and degrees of freedom (Welch 1947)."""
    means = [fsum(side) / len(side) for side in (old, new)]
    parts = [
        fsum((one - mean) ** 2 for one in side) / (len(side) - 1) / len(side)
        for side, mean in zip((old, new), means, strict=True)
    ]
    total = sum(parts)
    below = fsum(part * part / (len(side) - 1) for part, side in zip(parts, (old, new), strict=True))
    return means[1] - means[0], sqrt(total), total * total / below if below > 0 else 1.0


def spearman(some: Mapping[str, float], others: Mapping[str, float]) -> float | None:
    """Return Spearman's rho on the ids that both have; None for fewer than 20, or where one does not vary."""
    both = sorted(some.keys() & others.keys())
    if len(both) < 20:
        return None
    a, b = (ranks([side[name] for name in both]) for side in (some, others))
    mean = (len(both) + 1) / 2
    product = fsum((x - mean) * (y - mean) for x, y in zip(a, b, strict=True))
    spread = sqrt(fsum((x - mean) ** 2 for x in a) * fsum((y - mean) ** 2 for y in b))
    return product / spread if spread > 0 else None


def ranks(values: Sequence[float]) -> list[float]:
    """Return ranks from 1; equals share the middle of theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [0.0] * len(values)
    place = 0
    while place < len(order):
        end = place
        while end + 1 < len(order) and values[order[end + 1]] == values[order[place]]:
            end += 1
        for i in order[place : end + 1]:
            found[i] = (place + end) / 2 + 1
        place = end + 1
    return found
