"""A record's files, of which only the last one grows: the same as lib/nab/core/recording/segments.py."""

from __future__ import annotations

import os
import re
import time

NAME = re.compile(r"(?P<stem>[^/]+)\.segment-(?P<start>[0-9]{15})(?P<suffix>\.[a-z]+)(?:\.gz)?")
MONTH, DAY = "month", "day"


def name(record: str, start: int) -> str:
    """Name the segment of a record that begins at a place."""
    stem, _, suffix = record.rpartition(".")
    return f"{stem}.segment-{start:015d}.{suffix}" if start else record


def newest(record: str) -> int:
    """Return where the segment begins that grows. Closed ones may be compressed; that one never is."""
    folder, own = os.path.split(record)
    found = map(NAME.fullmatch, os.listdir(folder))
    return max((int(one["start"]) for one in found if one and one["stem"] + one["suffix"] == own), default=0)


def is_over(size: int, written: float, now: float, most: int, period: str) -> bool:
    """Say whether the next line begins a new segment. Times are seconds since 1970.

    A clock that goes back closes none.
    """
    return size > 0 and (size >= most or date(now, period) > date(written, period))


def date(instant: float, period: str) -> tuple[int, ...]:
    """Return the month or day of an instant, in UTC."""
    return time.gmtime(instant)[: 3 if period == DAY else 2]
