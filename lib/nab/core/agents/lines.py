"""Lines of JSON as they come: cut out of pieces of a stream, read one by one, never given up on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from nab.core import foreign
from nab.core.agents.events import AnyEvent, Other
from nab.core.foreign import Decoder, UnreadableError

LONGEST_LINE = 64 << 20
MOST_KEPT = 4096


class LineContext(msgspec.Struct):
    """What every event of the present line has in common."""

    session: str = ""
    at: str = ""
    source: str = ""
    line: int = 0
    parent: str = ""


class Reader(ABC):
    """Reads one source of one session, line by line. Its memory does not grow with what it reads.

    A field that is not as expected costs that field. `broken` counts the lines of which something could not be read
    at all; what is an object of a kind that is not known becomes `Other`.
    """

    def __init__(self, source: str = "") -> None:
        self.place = LineContext(source=source)
        self.broken = 0

    def read(self, line: bytes) -> list[AnyEvent]:
        """Return what a line says, in order."""
        self.place.line += 1
        if not line.strip():
            return []
        try:
            return self.understood(line)
        except (UnreadableError, RecursionError):
            return self.apart(line)

    @abstractmethod
    def understood(self, line: bytes) -> list[AnyEvent]:
        """Return what a line says. Raises UnreadableError where it is no object."""

    def apart(self, line: bytes) -> list[AnyEvent]:
        """Return what the objects of a line say that is more than one, or less."""
        parts, lost = foreign.objects(line)
        found: list[AnyEvent] = []
        for part in parts:
            try:
                found += self.understood(part)
            except (UnreadableError, RecursionError):
                lost = True
        self.broken += lost
        return found

    def other(self, kind: str) -> Other:
        """Return the event of a line that says nothing here."""
        return Other(type=kind, **self.here)

    @property
    def here(self) -> dict[str, Any]:
        """Return what the present line's events begin with."""
        place = self.place
        return {
            "session": place.session,
            "at": place.at,
            "source": place.source,
            "line": place.line,
            "parent": place.parent,
        }


class ShellArguments(msgspec.Struct):
    """What a shell is called with."""

    command: Any = ""


SHELL = Decoder(ShellArguments)


def command_of(written: bytes) -> str:
    """Return the command among the arguments of a shell; nothing where there is none that could be read."""
    try:
        command = SHELL.decode(written).command
    except UnreadableError:
        return ""
    return command if isinstance(command, str) else ""


class SeenIds:
    """The latest ids that were seen, and what was said of them. The oldest is forgotten."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self.most = most
        self.said: dict[str, object] = {}

    def is_new(self, name: str, said: object = True) -> bool:
        """Say whether this was not said of the name before, and remember it."""
        if self.said.get(name) == said:
            return False
        self.said[name] = said
        if len(self.said) > self.most:
            del self.said[next(iter(self.said))]
        return True

    def forget(self, name: str) -> bool:
        """Forget a name; say whether it was known."""
        return self.said.pop(name, None) is not None


class Cutter:
    """Cuts pieces of a stream into lines. A line that never ends is given up at LONGEST_LINE, and counted."""

    def __init__(self, longest: int = LONGEST_LINE) -> None:
        self.longest = longest
        self.pieces: list[bytes] = []
        self.size = 0
        self.dropped = 0
        self.dropping = False

    def cut(self, piece: bytes) -> list[bytes]:
        """Return the lines that are whole now, without their ends."""
        first, *rest = piece.split(b"\n")
        self.keep(first)
        if not rest:
            return []
        lines = self.whole()
        *between, last = rest
        lines += between
        self.keep(last)
        return lines

    def keep(self, part: bytes) -> None:
        """Keep the beginning of a line, as long as it may be one."""
        if self.dropping or not part:
            return
        self.pieces.append(part)
        self.size += len(part)
        if self.size > self.longest:
            self.pieces, self.size = [], 0
            self.dropping, self.dropped = True, self.dropped + 1

    def whole(self) -> list[bytes]:
        """Return the line that has just ended, if it was kept."""
        line = b"".join(self.pieces)
        kept = not self.dropping
        self.pieces, self.size, self.dropping = [], 0, False
        return [line] if kept else []


def events(reader: Reader, lines: Iterable[bytes]) -> Iterator[AnyEvent]:
    """Read some lines."""
    for line in lines:
        yield from reader.read(line)
