"""Instants as text. All UTC, always with a Z."""

from __future__ import annotations

import re
from datetime import UTC, datetime

NUMBER = re.compile(r"[0-9]{1,20}(?:\.[0-9]{1,9})?")
LAST = 1e11  # seconds since 1970 that are still a time: in the year 5138


def text(instant: datetime) -> str:
    """Write an instant as 2026-05-16T13:02:07.123Z (milliseconds).

    Raises ValueError for a naive time, which Python would take for local time.
    """
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} has no time zone")
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse(written: str) -> datetime:
    """Read an ISO-8601 instant that carries a zone.

    Raises ValueError for anything else, a naive time included.
    """
    instant = datetime.fromisoformat(written)
    if instant.tzinfo is None:
        raise ValueError(f"{written!r} has no time zone")
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{written!r} is before the first year, or after the last") from None


def maybe(written: str | None) -> datetime | None:
    """Read an instant of ours that may not have come yet; None for an empty one. Raises ValueError as `parse` does."""
    return parse(written) if written else None


def parse_or_none(written: str) -> datetime | None:
    """Read an instant that is not ours; None for what is none."""
    try:
        return parse(written)
    except ValueError:
        return None


def of_others(told: object) -> datetime | None:
    """Read an instant that is not ours, as text or as a number since 1970; None for what is none.

    A number that is no time in seconds is one in milliseconds, or in a thousandth of those.
    """
    if isinstance(told, str) and not NUMBER.fullmatch(told.strip()):
        return parse_or_none(told.strip())
    if isinstance(told, bool) or not isinstance(told, int | float | str):
        return None
    seconds = float(told) if isinstance(told, str) or abs(told) < LAST * 1e9 else 0.0
    while LAST <= seconds < LAST * 1e9:
        seconds /= 1000
    return of_seconds(seconds) if 0 < seconds < LAST else None


def of_seconds(seconds: float) -> datetime:
    """Return the instant so many seconds after 1970 began."""
    return datetime.fromtimestamp(seconds, UTC)
