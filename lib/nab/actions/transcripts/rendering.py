"""Printing what sessions do: readable lines, in colour on a terminal, or an event as JSON a line."""

from __future__ import annotations

import shutil
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import click
from msgspec import structs

from nab.core.agents import readers, views
from nab.core.agents.events import AnyEvent, Message
from nab.core.text import terminal
from nab.core.text.terminal import Shown, Tone
from nab.edges.host import speech

COLOURS: dict[Tone, dict[str, Any]] = {
    Tone.SAID: {},
    Tone.THOUGHT: {"italic": True, "fg": "bright_black"},
    Tone.CALLED: {"fg": "cyan"},
    Tone.ANSWERED: {"fg": "bright_black"},
    Tone.COUNTED: {"fg": "blue"},
    Tone.WRONG: {"fg": "red"},
    Tone.OURS: {"fg": "green", "bold": True},
}
Item = AnyEvent | Shown


class Whole:
    """Puts the parts of a message together that its program printed one by one."""

    def __init__(self, most: int = views.MOST_TEXT * 4) -> None:
        self.open: Message | None = None
        self.most = most  # characters of one

    def take(self, items: Iterable[Item]) -> Iterator[Item]:
        """Pass everything on; a message when it is known to be whole."""
        for item in items:
            if isinstance(item, Message) and item.part and self.open:
                self.open = structs.replace(self.open, text=(self.open.text + item.text)[: self.most])
                continue
            yield from self.rest()
            if isinstance(item, Message):
                self.open = item
            else:
                yield item

    def all(self, items: Iterable[Item]) -> Iterator[Item]:
        """Pass everything on of something that has an end."""
        yield from self.take(items)
        yield from self.rest()

    def rest(self) -> list[Item]:
        """Return the message that is open: nothing more of it came."""
        said: list[Item] = [self.open] if self.open else []
        self.open = None
        return said


def text_lines(items: Iterable[Item], now: datetime | None = None, *, full: bool = False) -> Iterator[str]:
    """Lay items out for a person: in a few words, or in full. `now` (UTC) stands where a program said no time."""
    width = shutil.get_terminal_size().columns
    for item in items:
        one = item if isinstance(item, Shown) else (views.in_full if full else views.shown)(item)
        if one is not None:
            dated = one._replace(at=one.at or now)
            yield from (click.style(line, **COLOURS[one.tone]) for line in terminal.lines(dated, width))


def json_lines(items: Iterable[Item]) -> Iterator[str]:
    """Write events as JSON. What stands beside them is in the event log and left out."""
    for item in items:
        if not isinstance(item, Shown):
            yield terminal.safe_json(readers.as_line(item).decode().rstrip("\n"))


def echo(lines: Iterable[str], last: int | None = None) -> None:
    """Print lines, or only the last of them; colours are left away where there is no terminal."""
    for line in lines if last is None else deque(lines, maxlen=last):
        speech.lay(f"{line if sys.stdout.isatty() else click.unstyle(line)}\n", sys.stdout)
