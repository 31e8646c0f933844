"""Scales and ticks: where a value stands in a drawing, and which values are written beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

NICE = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Scale:
    """A straight line from values to places."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the place of a value; what is outside stands at the edge."""
        if self.high == self.low:
            return (self.start + self.end) / 2
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def step(span: float, wanted: int) -> float:
    """Return a round step by which a span has about so many ticks."""
    rough = span / max(1, wanted)
    if rough <= 0:
        return 1.0
    size = 10.0 ** floor(log10(rough))
    return min((one * size for one in NICE), key=lambda one: abs(log10(one / rough)))


def ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Return round values within two ends; zero is zero."""
    by = step(high - low, wanted)
    first, last = ceil(low / by - 1e-9), floor(high / by + 1e-9)
    return [round(place * by, 12) for place in range(first, last + 1)]


def around_zero(values: Sequence[float], least: float = 0.004) -> tuple[float, float]:
    """Return ends that hold all values and zero, the same on either side of it."""
    most = max([abs(one) for one in values] + [least])
    by = step(2 * most, 6)
    edge = by * ceil(most / by - 1e-9)
    return -edge, edge


def apart(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move labels away from each other, each as little as possible, in their order, within two ends."""
    order = sorted(range(len(places)), key=lambda i: (places[i], i))
    moved = list(places)
    floor_ = low
    for i in order:
        moved[i] = max(moved[i], floor_)
        floor_ = moved[i] + gap
    ceiling = high
    for i in reversed(order):
        moved[i] = min(moved[i], ceiling)
        ceiling = moved[i] - gap
    return moved


def written(value: float) -> str:
    """Write a tick: as many digits as it needs, with its sign unless it is zero."""
    if value == 0:
        return "0"
    return f"{value:+.6f}".rstrip("0").rstrip(".").replace("-", "\u2212")
