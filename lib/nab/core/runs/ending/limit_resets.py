"""When a limit ends, read from the sentence that says so."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from nab.core.text import times

DAY = timedelta(days=1)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SECONDS = {"d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0}
LONGEST = timedelta(days=400)  # what is further away was misread
JUST = timedelta(minutes=5)  # what passed so lately is today's: providers name full minutes

INTRODUCED = r"(?:reset|retry|try|again|access|available|renew|until|wait)"
STAMP = re.compile(r"\|\s*(\d{10})(?:\d{3})?\b")
OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d\d))?", re.IGNORECASE)
ZONE = (
    r"(?:\s*(?:\((?P<inside>[^()]{1,64})\)"
    r"|(?P<zone>(?:UTC|GMT|Z|[A-Za-z_]+/[A-Za-z_/]+)\b[\w+:/-]*|[+-]\d\d:?\d\d\b)))?"
)
ISO = re.compile(
    rf"(\d{{4}})-(\d\d)-(\d\d)[T ](?:at )?(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?{ZONE}", re.IGNORECASE
)
PIECE = r"\d+(?:\.\d+)?\s*(?:days?|hours?|minutes?|seconds?|mins?|secs?|hrs?|ms|[dhms])(?![a-z])"
SPAN = re.compile(
    rf"{INTRODUCED}\w{{0,16}}\s+(?:\w+\s+)?(?:in|after|for)\s+((?:{PIECE}[,\s]*(?:and\s+)?)+)", re.IGNORECASE
)
ONE = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|[dhms])", re.IGNORECASE)
MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
CLOCK = re.compile(
    rf"{INTRODUCED}\w{{0,16}}\s+(?:at\s+|on\s+)*(?:(?P<month>{MONTH})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
    r"(?:,?\s+(?P<year>\d{4}))?(?:,|\s+at)?\s+)?(?:at\s+)?(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?\s*(?P<half>[ap]\.?m\b\.?)?"
    rf"{ZONE}",
    re.IGNORECASE,
)


def reset(text: str, now: datetime, zone: tzinfo = UTC) -> datetime | None:
    """Return when a limit ends, or None when the text does not say.

    `zone` is that of the box, which a bare time of the day is in. A time of the day that has passed is tomorrow's,
    unless it passed just now: a sentence is read a little after it was written.
    """
    for read in (stamp, iso, span, clock):
        found = plausible(read(text, now, zone), now)
        if found is not None:
            return found
    return None


def plausible(found: datetime | None, now: datetime) -> datetime | None:
    """Return the end of a limit in UTC; None for one that no limit has."""
    if found is None or not now - DAY <= found <= now + LONGEST:
        return None
    return found.astimezone(UTC)


def stamp(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """Read "limit reached|1747418400"."""
    found = STAMP.search(text)
    return times.of_others(found[1]) if found else None


def iso(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """Read "2026-11-24 at 03:35 UTC", "2026-11-24T03:35:00Z"."""
    found = ISO.search(text)
    if not found:
        return None
    where = named_zone(found["inside"] or found["zone"], zone)
    return instant([int(part or 0) for part in found.groups()[:6]], where)


def offset(written: str) -> tzinfo | None:
    """Read "+02:00", "UTC-5"; None for what is no such thing."""
    found = OFFSET.fullmatch(written)
    if not found:
        return None
    away = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return timezone(-away if found[1] == "-" else away) if away < DAY else None


def span(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """Read "try again in 3 days 2 hours", "retry in 45.3s", "will reset after 10h4m12s"."""
    found = SPAN.search(text)
    if not found:
        return None
    seconds = sum(
        float(number) * (0.001 if unit.lower() == "ms" else SECONDS[unit.lower()])
        for number, unit in ONE.findall(found[1])
    )
    return now + timedelta(seconds=seconds) if seconds < LONGEST.total_seconds() else None


def clock(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """Read "try again at 3:39 AM", "resets Nov 26, 3pm (Europe/Berlin)", "again at Nov 24th, 2026 3:14 PM"."""
    found = next((one for one in CLOCK.finditer(text) if is_time(one)), None)
    if found is None:
        return None
    where = named_zone(found["inside"] or found["zone"], zone)
    there = now.astimezone(where)
    month = MONTHS.index(found["month"][:3].lower()) + 1 if found["month"] else there.month
    day = int(found["day"] or there.day)
    year = int(found["year"] or there.year)
    parts = [year, month, day, hour_of(found), int(found["minute"] or 0), 0]
    then = instant(parts, where)
    if then is None or then >= now - JUST or found["year"]:
        return then
    return instant([year + 1, *parts[1:]], where) if found["month"] else then + DAY


def is_time(found: re.Match[str]) -> bool:
    """Say whether this is a time of the day and not any number."""
    return bool(found["minute"] or found["half"]) and int(found["hour"]) < 24


def hour_of(found: re.Match[str]) -> int:
    """Return the hour of the day."""
    hour = int(found["hour"])
    if not found["half"]:
        return hour
    return hour % 12 + (12 if found["half"][0] in "pP" else 0)


def named_zone(name: str | None, usual: tzinfo) -> tzinfo:
    """Return the time zone of that name; the usual one without a name, or for one that is not known."""
    written = (name or "").partition(",")[0].strip()
    if written.upper() in {"UTC", "GMT", "Z"}:
        return UTC
    try:
        return offset(written) or (ZoneInfo(written) if written else usual)
    except (KeyError, ValueError, OSError):
        return usual


def instant(parts: list[int], zone: tzinfo) -> datetime | None:
    """Return a date and a time there; None where there is no such day."""
    year, month, day, hour, minute, second = parts
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None
