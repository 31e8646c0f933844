"""Rows of text as a table for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from nab.core.text import terminal


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Line the columns up, two blanks apart, under a line of titles. A cell is safe, and on one line."""
    lines = [titles, *([terminal.one_line(cell) for cell in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(titles))]
    return "\n".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
