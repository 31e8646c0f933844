"""Numbers as others write them in headers."""

from __future__ import annotations

MOST_DIGITS = 18


def number(text: str) -> int | None:
    """Read plain digits; None for everything else, such as `²`, which counts as a digit elsewhere."""
    plain = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if plain else None
