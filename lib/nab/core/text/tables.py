"""Rows of text as a table, and reports made of such. Imports little: light doors use it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from nab.core.text import moments, terminal

GAP = 2
NARROWEST = 8  # a column of a terminal becomes no narrower
LONGEST_NAME = 40  # of a run, a host, a file: what is longer may be broken


class Table(NamedTuple):
    """Rows under titles. Who shows it lays it out."""

    titles: Sequence[str]
    rows: Sequence[Sequence[str]]


Report = Sequence[str | Table]  # the parts of what a person is shown, an empty line between two


def plain(report: Report, now: datetime | None = None, width: int | None = None) -> str:
    """Write a report as lines: with times as people read them at `now`, wrapped by columns within a `width`."""
    return "\n\n".join("\n".join(lines(part, now, width)) for part in report)


def lines(part: str | Table, now: datetime | None = None, width: int | None = None) -> Iterator[str]:
    """Yield the lines of a part."""
    if isinstance(part, Table):
        rows = [[cell(one, now) for one in row] for row in part.rows]
        yield from laid(part.titles, rows, width)
        return
    for line in (moments.for_people(part, now) if now else part).split("\n"):
        yield from wrapped(line, width) if width else [line]


def cell(text: str, now: datetime | None) -> str:
    """Write a cell: safe, and on one line."""
    safe = terminal.one_line(text)
    return moments.for_people(safe, now) if now else safe


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Line the columns up, two blanks apart, under a line of titles. A cell is safe, and on one line."""
    return "\n".join(lines(Table(titles, rows)))


def laid(titles: Sequence[str], rows: Sequence[Sequence[str]], width: int | None = None) -> Iterator[str]:
    """Yield the lines of a table whose cells are safe; a cell that is too wide for its column has several."""
    widths = columns(titles, rows, width)
    for row in (titles, *rows):
        pieces = [wrapped(text, room) if width else [text] for text, room in zip(row, widths, strict=True)]
        for number in range(max(map(len, pieces))):
            parts = (found[number] if number < len(found) else "" for found in pieces)
            yield "".join(f"{part:<{room + GAP}}" for part, room in zip(parts, widths, strict=True)).rstrip()


def columns(titles: Sequence[str], rows: Sequence[Sequence[str]], width: int | None) -> list[int]:
    """Return how wide the columns of a table are, within a width: prose is wrapped, names stay whole if they can."""
    whole = list(zip(titles, *rows, strict=True))
    widths = [max(map(len, column)) for column in whole]
    if not width:
        return widths
    room = width - GAP * (len(widths) - 1)
    prose = [place for place, (_, *cells) in enumerate(whole) if is_prose(cells)]
    return fitted(fitted(widths, room, prose), room, range(len(widths)))


def is_prose(cells: Sequence[str]) -> bool:
    """Say whether a column's cells may be broken: those of names and numbers are not, as long as there is room."""
    return any(" " in one or len(one) > LONGEST_NAME for one in cells)


def fitted(widths: Sequence[int], room: int, narrowed: Iterable[int]) -> list[int]:
    """Narrow some columns, always the widest of them, until all fit into a room, or these are as narrow as can be."""
    found, places = list(widths), list(narrowed)
    while (beyond := sum(found) - room) > 0 and places:
        widest = max(found[place] for place in places)
        if widest <= NARROWEST:
            break
        least = max([NARROWEST, *(found[place] for place in places if found[place] < widest)])
        at = [place for place in places if found[place] == widest]
        take = max(1, min(widest - least, -(-beyond // len(at))))
        for place in at:
            found[place] -= take
    return found


def wrapped(text: str, width: int) -> list[str]:
    """Break a line at its blanks, and where a word is longer than the width."""
    if len(text) <= width:
        return [text]
    return textwrap.wrap(text, width, break_on_hyphens=False, drop_whitespace=True) or [""]
