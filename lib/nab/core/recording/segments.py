"""A record of a run as segments: files one after the other, of which only the last one grows.

Places in a record are bytes of all its segments together. A segment's name says the place of its first byte, so a
place names its segment, and names sort by time. The first one has the record's own name, with or without others.
images/proxy/record/segments.py has the same for the records that the proxy writes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

NAME = re.compile(r"(?P<stem>[^/]+)\.segment-(?P<start>[0-9]{15})(?P<suffix>\.[a-z]+)")


class Period(StrEnum):
    """What no segment goes beyond: a calendar month or day, in UTC."""

    MONTH = "month"
    DAY = "day"


@dataclass(frozen=True)
class SegmentLimits:
    """When a segment is closed: at the first line after so many bytes, or after the end of its period."""

    bytes: int
    period: Period = Period.MONTH


def name(record: str, start: int) -> str:
    """Name the segment of a record that begins at a place: http.segment-000000268435456.jsonl."""
    stem, _, suffix = record.rpartition(".")
    return f"{stem}.segment-{start:015d}.{suffix}" if start else record


def start(record: str, file: str) -> int | None:
    """Return where the segment of that name begins; None for what is none of this record."""
    own, begins = of(file)
    return begins if own == record else None


def of(file: str) -> tuple[str, int]:
    """Return the record that a file is a segment of, and where it begins."""
    found = NAME.fullmatch(file)
    return (found["stem"] + found["suffix"], int(found["start"])) if found else (file, 0)


def is_over(size: int, written: datetime, now: datetime, limits: SegmentLimits) -> bool:
    """Say whether the next line begins a new segment. `size` is this one's, `written` when its last line was (UTC).

    A clock that goes back closes none: its lines go on where the others are.
    """
    return size > 0 and (size >= limits.bytes or date(now, limits.period) > date(written, limits.period))


def date(instant: datetime, period: Period) -> tuple[int, ...]:
    """Return the month or day of an instant."""
    month = (instant.year, instant.month)
    return month if period is Period.MONTH else (*month, instant.day)
