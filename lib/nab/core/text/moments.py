"""Instants as people read them: in their own zone, with its name, and how long ago. Imports little: light doors use it.

Reports carry exact instants in UTC, for programs; they are written anew when a person is shown them.
"""

from __future__ import annotations

import re
from datetime import datetime

from nab.core.text import durations, times

INSTANT = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)(?!\w|:\d)")
NOW_SECONDS = 10.0
RELATIVE_SECONDS = 99 * 86_400.0  # what is farther away is told by its date alone


def for_people(text: str, now: datetime) -> str:
    """Write every instant in a text anew. One that stands alone has its seconds, for it is one of a column."""
    if INSTANT.fullmatch(text):
        found = times.parse_or_none(text)
        return f"{found.astimezone():%Y-%m-%d %H:%M:%S %Z}" if found else text
    return INSTANT.sub(lambda one: of(times.parse_or_none(one[0]), now) or one[0], text)


def of(instant: datetime | None, now: datetime) -> str:
    """Write an instant as it stands in a sentence: Nov 30, 21:04 CET (3 min ago)."""
    if instant is None:
        return ""
    local = instant.astimezone()
    year = "" if local.year == now.astimezone().year else f" {local.year}"
    away = apart((now - instant).total_seconds())
    return f"{local:%b} {local.day}{year}, {local:%H:%M %Z}{f' ({away})' if away else ''}"


def apart(seconds: float) -> str:
    """Say how long ago something was, or in what time it will be; nothing for what is too far away to be told so."""
    if abs(seconds) < NOW_SECONDS:
        return "now"
    if abs(seconds) > RELATIVE_SECONDS:
        return ""
    return f"{durations.text(seconds)} ago" if seconds > 0 else f"in {durations.text(-seconds)}"
