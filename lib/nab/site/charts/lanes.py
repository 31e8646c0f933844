"""Lanes on one clock: what happened when, each kind in a lane of its own, binned so that a year fits a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from nab.site.charts import svg
from nab.site.charts.scales import Scale
from nab.site.charts.svg import Drawing

WIDTH, LABELS, LANE, TOP = 900, 130, 18, 6
BINS = 360


@dataclass(frozen=True)
class Span:
    """Something in a lane."""

    lane: str
    began: datetime
    ended: datetime
    bad: bool = False


@dataclass(frozen=True)
class Bin:
    """What of a lane falls into a part of the picture: how much, and whether any of it is bad."""

    lane: str
    place: int
    count: int
    bad: bool


def bins(spans: Sequence[Span], first: datetime, last: datetime, most: int = BINS) -> list[Bin]:
    """Sort spans into equal parts of the time between two ends."""
    whole = max((last - first).total_seconds(), 1.0)
    found: dict[tuple[str, int], list[int]] = {}
    for one in spans:
        low = int((one.began - first).total_seconds() / whole * most)
        high = int((one.ended - first).total_seconds() / whole * most)
        for place in range(max(0, low), min(most - 1, high) + 1):
            kept = found.setdefault((one.lane, place), [0, 0])
            kept[0] += 1
            kept[1] |= one.bad
    return [Bin(lane, place, count, bool(bad)) for (lane, place), (count, bad) in sorted(found.items())]


def lanes(
    names: Sequence[str],
    spans: Sequence[Span],
    between: tuple[datetime, datetime],
    name: str,
    months: Mapping[str, str] | None = None,
) -> Drawing:
    """Draw lanes between two times; `months` are the pages of those that have one."""
    first, last = between
    if last - first < timedelta(minutes=1):
        last = first + timedelta(minutes=1)
    width = (WIDTH - LABELS) / BINS
    bottom = TOP + LANE * len(names)
    parts = [*clock(first, last, bottom, months or {})]
    for place, lane in enumerate(names):
        parts.append(svg.text(LABELS - 10, TOP + LANE * place + 13, lane, "ax strong", "end"))
        parts.append(svg.line(LABELS, TOP + LANE * (place + 1), WIDTH, TOP + LANE * (place + 1), "grid"))
    table = bins(spans, first, last)
    rows = {lane: place for place, lane in enumerate(names)}
    for begun, count, one in joined(table):
        y = TOP + LANE * rows[one.lane] + 3
        strength = "s3" if one.count > 4 else "s2" if one.count > 1 else "s1"
        kind = f"bin {strength} bad" if one.bad else f"bin {strength}"
        x = LABELS + width * begun
        parts.append(
            svg.tag("rect", x=x, y=float(y), width=max(1.6, width * count), height=12.0, class_=kind)
        )
    span = (last - first) / BINS
    told = tuple(
        (one.lane, f"{first + span * one.place:%Y-%m-%dT%H:%M:%SZ}", one.count, one.bad) for one in table
    )
    picture = svg.picture((WIDTH, bottom + 24), name, parts, "chart lanes")
    return Drawing(picture, ("lane", "from", "count", "bad"), told)


def joined(found: Sequence[Bin]) -> Iterator[tuple[int, int, Bin]]:
    """Yield neighbours that look alike as one: where they begin, how many, and one of them."""
    begun, before = 0, None
    for one in found:
        alike = before is not None and (one.lane, one.count, one.bad) == (
            before.lane,
            before.count,
            before.bad,
        )
        if not (alike and before is not None and one.place == before.place + 1):
            if before is not None:
                yield begun, before.place - begun + 1, before
            begun = one.place
        before = one
    if before is not None:
        yield begun, before.place - begun + 1, before


def clock(first: datetime, last: datetime, bottom: float, months: Mapping[str, str]) -> Iterator[str]:
    """Draw when: a mark a month, a day or an hour, as they fit."""
    x = Scale(first.timestamp(), last.timestamp(), LABELS, WIDTH)
    marks = [*moments(first, last)]
    for at, words in marks:
        yield svg.line(x(at.timestamp()), TOP, x(at.timestamp()), bottom, "grid")
        told = svg.text(x(at.timestamp()) + 3, bottom + 15, words, "ax")
        page = months.get(f"{at:%Y-%m}")
        yield svg.tag("a", told, href=page) if page else told


def moments(first: datetime, last: datetime) -> Iterator[tuple[datetime, str]]:
    """Yield where a month, a day or an hour begins, no more than a picture has room for."""
    length = last - first
    if length > timedelta(days=50):
        at = first.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        while (at := (at + timedelta(days=32)).replace(day=1)) < last:
            yield at, f"{at:%b} {at:%Y}" if at.month == 1 else f"{at:%b}"
        return
    hours = next((one for one in (1, 3, 6, 12, 24, 72, 168) if length / timedelta(hours=one) <= 10), 168)
    at = first.replace(hour=0, minute=0, second=0, microsecond=0)
    while (at := at + timedelta(hours=hours)) < last:
        if at >= first:
            yield at, f"{at:%d %b}" if hours >= 24 or at.hour == 0 else f"{at:%H}h"
