"""Words of others on a page: as text, on one line, not too long, every character of them to be seen."""

from __future__ import annotations

from datetime import datetime

from nab.core.text import terminal, times

MOST = 200


def one_line(text: str, most: int = MOST) -> str:
    """Return somebody's words on one line; what is cut off is counted."""
    shown = terminal.one_line(text)
    return shown if len(shown) <= most else f"{shown[:most]}\u2026 ({len(shown) - most:,} more characters)"


def block(text: str, most: int) -> str:
    """Return somebody's words as they stand, not too many of them."""
    shown = terminal.safe(text)
    return shown if len(shown) <= most else f"{shown[:most]}\u2026 ({len(shown) - most:,} more characters)"


def shown(value: object) -> object:
    """Return a value as a template prints it: text of others turns and hides nothing; markup of ours is left alone."""
    return value if type(value) is not str or value.isprintable() else terminal.safe(value)


def instant(written: str) -> str:
    """Write an instant for people: 12 Mar 2027, 06:00 UTC."""
    found = times.parse_or_none(written)
    return moment(found) if found else ""


def moment(at: datetime) -> str:
    """Write a time for people."""
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


def day(at: datetime) -> str:
    """Write a day."""
    return f"{at.day} {at:%b %Y}"
