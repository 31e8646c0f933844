"""Names and texts as SQL has them."""

from __future__ import annotations

from collections.abc import Sequence


def quoted(name: str) -> str:
    """Write a name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Write a text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def listed(texts: Sequence[str]) -> str:
    """Write a list of texts in SQL."""
    return "[" + ", ".join(map(literal, texts)) + "]"
