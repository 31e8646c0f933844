"""Reports shown to a person: with rich on a terminal, as plain lines where none is.

On a terminal tables fit its width, cell by cell, and words have colours, unless NO_COLOR is set. What others wrote was
made safe before it gets here, and nothing in it is read as markup.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TextIO, cast

from nab.core.text import colours, moments, terminal
from nab.core.text.tables import GAP, Report, Table, cell, columns, plain
from nab.edges import clock
from nab.edges.host import speech

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import Console, Group
    from rich.table import Table as RichTable
    from rich.text import Text

CHANGES = {"+": "32", "-": "31", "@": "36"}
STYLES = {
    "good": "green",
    "late": "bold black on yellow",
    "bad": "bold red",
    "wait": "yellow",
    "faint": "dim",
    "head": "bold",
}


class Laid:
    """What rich writes to: a stream on which its escapes stay what they are."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Write what rich has laid out."""
        speech.lay(text, self.stream)
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def show(report: Report) -> None:
    """Print a report."""
    if is_terminal(sys.stdout):
        screen = console(sys.stdout)
        screen.print(drawn(report, clock.now(), screen.width))
    else:
        sys.stdout.write(f"{plain(report, clock.now())}\n")
        sys.stdout.flush()


def show_difference(lines: Iterable[str]) -> None:
    """Print a difference line by line, which may be a long one: what came in green, what went in red."""
    coloured = is_terminal(sys.stdout) and not console(sys.stdout).no_color
    for line in lines:
        colour = CHANGES.get(line[:1], "") if coloured else ""
        text = terminal.safe(line)
        speech.lay(f"\x1b[{colour}m{text}\x1b[0m\n" if colour else f"{text}\n", sys.stdout)


def watch(report: Callable[[], Report], seconds: float) -> None:
    """Show a report on a terminal, made anew every so many seconds, until Ctrl-C."""
    from rich.live import Live

    with Live(console=console(sys.stdout), screen=True, auto_refresh=False) as live:
        while True:
            live.update(drawn(report(), clock.now(), live.console.width), refresh=True)
            clock.pause(seconds)


def is_terminal(stream: TextIO) -> bool:
    """Say whether a stream is a terminal that can do more than lines."""
    return stream.isatty() and not console(stream).is_dumb_terminal


def console(stream: TextIO) -> Console:
    """Return rich's console on a stream of ours."""
    from rich.console import Console

    return Console(
        file=cast("TextIO", Laid(stream)), markup=False, emoji=False, highlight=False, soft_wrap=False
    )


def drawn(report: Report, now: datetime, width: int) -> Group:
    """Return a report as rich draws it."""
    from rich.console import Group
    from rich.text import Text

    parts: list[Text | RichTable] = []
    for part in report:
        parts += [Text("")] if parts else []
        parts.append(drawn_table(part, now, width) if isinstance(part, Table) else coloured(said(part, now)))
    return Group(*parts)


def said(text: str, now: datetime) -> str:
    """Write a text of a report as a person reads it."""
    return moments.for_people(terminal.safe(text), now)


def coloured(text: str, style: str = "") -> Text:
    """Give the words of a safe text their colours."""
    from rich.text import Text

    shown = Text(text, style=style, overflow="fold")
    for found in colours.ONE.finditer(text):
        shown.stylize(STYLES[found.lastgroup or ""], *found.span())
    return shown


def drawn_table(table: Table, now: datetime, width: int) -> RichTable:
    """Return a table as rich draws it, without lines."""
    from rich.table import Table as RichTable

    grid = RichTable(box=None, padding=(0, GAP, 0, 0), pad_edge=False, show_edge=False, header_style="bold")
    rows = [[cell(one, now) for one in row] for row in table.rows]
    for title, room in zip(table.titles, columns(table.titles, rows, width), strict=True):
        grid.add_column(coloured(title, "bold"), overflow="fold", width=room)
    for row in rows:
        grid.add_row(*map(coloured, row))
    return grid
