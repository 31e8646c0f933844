"""Intervals of time: joined, cut, and what they come to. Their ends are instants with a zone, or seconds of a clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Generic, TypeVar

Instant = TypeVar("Instant", float, datetime)


@dataclass(frozen=True, slots=True)
class Interval(Generic[Instant]):
    """From when to when, both ends included. One that ends before it begins is none, and counts for nothing."""

    began: Instant
    ended: Instant

    @property
    def seconds(self) -> float:
        """How long it is."""
        passed = self.ended - self.began
        return passed.total_seconds() if isinstance(passed, timedelta) else passed

    def holds(self, instant: Instant) -> bool:
        """Say whether an instant lies in it."""
        return self.began <= instant <= self.ended

    def nearest(self, instant: Instant) -> Instant:
        """Return the instant, or the nearer end of the interval that it lies outside of."""
        return min(max(instant, self.began), self.ended)


def merged(intervals: Iterable[Interval[Instant]]) -> list[Interval[Instant]]:
    """Join those that overlap or touch: what is returned is in order and lies apart."""
    found: list[Interval[Instant]] = []
    for one in sorted(intervals, key=attrgetter("began")):
        if one.ended < one.began:
            continue
        if found and one.began <= found[-1].ended:
            found[-1] = Interval(found[-1].began, max(found[-1].ended, one.ended))
        else:
            found.append(one)
    return found


def length(intervals: Iterable[Interval[Instant]]) -> float:
    """Return the seconds of intervals that lie apart."""
    return sum((one.seconds for one in intervals), 0.0)


def shared(some: list[Interval[Instant]], others: list[Interval[Instant]]) -> list[Interval[Instant]]:
    """Return what lies in both; each list is merged."""
    found: list[Interval[Instant]] = []
    one, other = 0, 0
    while one < len(some) and other < len(others):
        both = Interval(max(some[one].began, others[other].began), min(some[one].ended, others[other].ended))
        if both.began <= both.ended:
            found.append(both)
        if some[one].ended <= others[other].ended:
            one += 1
        else:
            other += 1
    return found


def without(
    intervals: Iterable[Interval[Instant]], gaps: Iterable[Interval[Instant]]
) -> list[Interval[Instant]]:
    """Return what is left of the intervals once the gaps are taken out."""
    rest = list(intervals)
    for gap in gaps:
        parts = (
            part
            for one in rest
            for part in (
                Interval(one.began, min(one.ended, gap.began)),
                Interval(max(one.began, gap.ended), one.ended),
            )
        )
        rest = [part for part in parts if part.began < part.ended]
    return rest
