"""Numerai's calendar and dataset as they are told: on which days rounds open, for how long, and with which files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from nab.core.contract.contract import Datasets, Day
from nab.core.text import times

NEWEST = 60  # rounds: a calendar that changed long ago is no news
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHORTEST_CALENDAR = timedelta(hours=6)  # from open to open: rounds of the local tournament may last seconds
VERSION = re.compile(r"v(\d{1,4})\.(\d{1,4})")
MOST_FILES = 200


def windows(rows: Any) -> list[tuple[datetime, datetime]]:
    """Return when the newest rounds open and close, oldest first; what cannot be read is left out."""
    found = []
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict):
            opens, closes = (times.of_others(row.get(key)) for key in ("openTime", "closeStakingTime"))
            if opens is not None and closes is not None:
                found.append((opens, closes))
    return sorted(found)[-NEWEST:]


def pause(rows: Any) -> timedelta | None:
    """Return the shortest time between two rounds that opened; of a single one, until its close. None of none."""
    opens = [opened for opened, _ in windows(rows)]
    if len(opens) > 1:
        return min(after - before for before, after in pairwise(opens))
    ends = [times.of_others(row.get("closeTime")) for row in rows if isinstance(row, dict)] if opens else []
    return min((end - opens[0] for end in ends if end is not None), default=None)


def calendar(rows: Any) -> dict[str, Day]:
    """Return the days on which rounds open; nothing where they follow each other faster than days do."""
    between = pause(rows)
    if between is not None and between < SHORTEST_CALENDAR:
        return {}
    days: dict[str, Day] = {}
    for opens, closes in windows(rows):
        minute, stays = opens.hour * 60 + opens.minute, int((closes - opens).total_seconds() // 60)
        day = days.get(DAYS[opens.weekday()], Day(0, minute, minute, stays))
        days[DAYS[opens.weekday()]] = Day(
            day.rounds + 1, min(day.opens_first, minute), max(day.opens_last, minute), min(day.window, stays)
        )
    return {name: days[name] for name in DAYS if name in days}


def datasets(names: Any) -> Datasets:
    """Return the versions and their files; of the files of one round the number is left out."""
    files = [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
    versions = sorted({found for name in files if (found := version(name))}, key=number, reverse=True)
    general = {re.sub(r"\d{3,}", "N", name)[:100] for name in files if version(name)}
    return Datasets(versions, sorted(general)[:MOST_FILES])


def version(name: str) -> str:
    """Return the version that a file belongs to; empty for none."""
    begins, slash, _ = name.partition("/")
    return begins if slash and VERSION.fullmatch(begins) else ""


def number(written: str) -> tuple[int, ...]:
    return tuple(int(part) for part in written[1:].split("."))


def clock(minutes: int) -> str:
    """Write a minute of the day."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def moved(file: str, files: Iterable[str]) -> str:
    """Name the file of the same name in another folder, or with another ending; empty where there is none."""
    last = file.rpartition("/")[2]
    stem = last.partition(".")[0]
    by_name = {one.rpartition("/")[2]: one for one in files}
    by_stem = {name.partition(".")[0]: one for name, one in by_name.items()}
    return by_name.get(last) or by_stem.get(stem, "")
