"""What others wrote, on one line of a terminal."""

from __future__ import annotations

from nab.core.text import terminal


def line(text: str, most: int = 300) -> str:
    """Return it as one safe line of at most so many characters."""
    shown = terminal.safe(" ".join(text[: most * 4].split()))
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"
