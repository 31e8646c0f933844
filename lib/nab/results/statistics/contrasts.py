"""Plateau and drift of one entrant's scores minus a frozen control's: its slope, its steps, and whether it is flat.

Slope and step are overlap-t on a contrast instead of a mean; known times of change are tested, none is searched for.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from math import fsum

import msgspec

from nab.results.statistics import overlap
from nab.results.statistics.overlap import Estimate

PER = 60  # rounds that a slope is told over: a quarter of a year
MARGIN = 0.005  # of MMC20 in so many rounds: what is less counts as flat
FEWEST_FOR_FLAT = 250  # rounds below which flat cannot be shown


class Course(StrEnum):
    """How scores went over a season."""

    FLAT = "flat"
    DRIFT = "drift"
    NOT_YET = "not yet"
    UNDETERMINED = "undetermined"


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """A course and what it rests on: the slope over 60 rounds, its interval, the smallest adjusted p of a step."""

    course: Course
    slope: float
    lo: float
    hi: float
    p: float
    p_step: float | None


def slope(rounds: Sequence[int], y: Sequence[float]) -> Estimate:
    """Return the rise over 60 rounds."""
    middle = fsum(rounds) / len(rounds)
    time = tuple((one - middle) / PER for one in rounds)
    return contrast(rounds, y, time)


def step(rounds: Sequence[int], y: Sequence[float], change: int) -> Estimate | None:
    """Return the mean from the round `change` on, less the mean before; None where a side has fewer than 20 rounds."""
    after = tuple(float(one >= change) for one in rounds)
    if min(sum(after), len(after) - sum(after)) < overlap.FEWEST:
        return None
    return contrast(rounds, y, after)


def contrast(rounds: Sequence[int], y: Sequence[float], column: tuple[float, ...]) -> Estimate:
    """Return the coefficient of a column beside a constant."""
    design = overlap.design(rounds, ((1.0,) * len(rounds), column))
    return overlap.fit(design, y).estimate(1)


def at_look(
    rounds: Sequence[int], y: Sequence[float], looks: Sequence[int], changes: Sequence[int] = ()
) -> tuple[int, Trend | None]:
    """Return the last scheduled look that is reached and the trend there; no trend before the first look."""
    reached = max((look for look in looks if look <= len(rounds)), default=0)
    return reached, trend(rounds[:reached], y[:reached], changes) if reached else None


def words(found: Trend) -> str:
    """Tell the slope that a course rests on."""
    return f"slope {found.slope:+.4f} in {PER} rounds ({found.lo:+.4f} to {found.hi:+.4f}), p {found.p:.2g}"


def trend(rounds: Sequence[int], y: Sequence[float], changes: Sequence[int], alpha: float = 0.05) -> Trend:
    """Say whether scores drifted or were flat; `changes` are the rounds of promotions, Bonferroni over them.

    Flat: the slope's interval at 1 - 2 alpha lies inside the margin (two one-sided tests, Schuirmann 1987).
    """
    rise = slope(rounds, y)
    lo, hi = rise.interval(2 * alpha)
    steps = [one for one in (step(rounds, y, change) for change in changes) if one is not None]
    p_step = min((min(1.0, len(steps) * one.p) for one in steps), default=None)
    drifts = rise.p <= alpha or (p_step is not None and p_step <= alpha)
    flat = lo > -MARGIN and hi < MARGIN and rise.note != overlap.DEGENERATE
    if drifts:
        course = Course.DRIFT
    elif len(rounds) < FEWEST_FOR_FLAT:
        course = Course.NOT_YET
    else:
        course = Course.FLAT if flat else Course.UNDETERMINED
    return Trend(course=course, slope=rise.mean, lo=lo, hi=hi, p=rise.p, p_step=p_step)
