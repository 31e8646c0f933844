"""Instants as text. All UTC, always with a Z."""

from __future__ import annotations

from datetime import UTC, datetime


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
    return instant.astimezone(UTC)


def maybe(written: str | None) -> datetime | None:
    """Read an instant of ours that may not have come yet; None for an empty one. Raises ValueError as `parse` does."""
    return parse(written) if written else None


def parse_or_none(written: str) -> datetime | None:
    """Read an instant that is not ours; None for what is none."""
    try:
        return parse(written)
    except ValueError:
        return None


def of_seconds(seconds: float) -> datetime:
    """Return the instant so many seconds after 1970 began."""
    return datetime.fromtimestamp(seconds, UTC)
