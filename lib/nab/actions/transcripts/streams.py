"""What a session prints, read on from our copy of it while that grows."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from nab.core.agents import places
from nab.core.agents.adapters import Adapter
from nab.core.agents.events import AnyEvent
from nab.core.agents.lines import Cutter, Reader
from nab.core.agents.readers import of_output, of_transcript
from nab.edges.files import compressed
from nab.edges.untrusted import descriptors, globs, tails
from nab.paths import RunPaths


class Stream:
    """Where one session's output was last read. Before it has a copy, what its program wrote is read."""

    def __init__(self, paths: RunPaths, session: str, adapter: Adapter) -> None:
        self.outbox, self.session = paths.outbox, session
        self.copy = paths.sessions / session / places.COPIED["stdout"]
        self.reader, self.cutter = of_output(adapter.output, f"{session}/stdout"), Cutter()
        self.number, self.offset = 0, 0  # of the copy that is read, and how far

    def news(self) -> Iterator[AnyEvent]:
        """Yield what was printed since the last time, as far as its lines are whole."""
        copies = editions(self.copy)
        if not copies:
            yield from self.read(self.original())
        while self.number < len(copies):
            yield from self.read(tails.grown(copies[self.number], self.offset))
            if self.number + 1 == len(copies):
                return
            yield from self.rest()
            self.number, self.offset = self.number + 1, 0

    def rest(self) -> list[AnyEvent]:
        """Return what a last line without an end says: nothing comes after it."""
        return [event for line in self.cutter.whole() for event in self.reader.read(line)]

    def read(self, pieces: Iterable[bytes]) -> Iterator[AnyEvent]:
        for piece in pieces:
            self.offset += len(piece)
            for line in self.cutter.cut(piece):
                yield from self.reader.read(line)

    def original(self) -> Iterator[bytes]:
        """Yield what the program itself wrote beyond what was read; the folder is the agent's."""
        with (
            suppress(OSError),
            descriptors.regular(self.outbox, os.fsencode(f"{self.session}/stdout")) as (file, found),
        ):
            yield from tails.between(file, self.offset, found.st_size)


def sessions(paths: RunPaths) -> list[str]:
    """List the sessions of a run that have printed anything, oldest first."""
    copied = paths.sessions.iterdir() if paths.sessions.is_dir() else ()
    names = {path.name for path in copied}
    names |= set(map(os.fsdecode, globs.Finder(paths.outbox).entries(b"")))
    return sorted(filter(places.SESSION.fullmatch, names), key=places.rank)


def editions(copy: Path) -> list[Path]:
    """List a copy and those that were set aside before it, oldest first; each by its name without compression."""
    if not copy.parent.is_dir():
        return []
    found = {
        int(numbered["number"]): path
        for path in map(compressed.plain, copy.parent.iterdir())
        if (numbered := places.aside(copy.name, path.name))
    }
    return [found[number] for number in sorted(found)] + ([copy] if compressed.there(copy) else [])


def transcript_copies(paths: RunPaths) -> list[Path]:
    """List our copies of a run's transcripts; those that were set aside come before what took their place."""
    home = paths.sessions / places.HOME
    if not home.is_dir():
        return []

    def place(path: Path) -> tuple[str, int]:
        found = places.SET_ASIDE.fullmatch(path.name)
        taken = found and compressed.there(path.with_name(found["name"]))
        return (
            (str(path.with_name(found["name"])), int(found["number"]))
            if found and taken
            else (str(path), 1 << 31)
        )

    return sorted({compressed.plain(path) for path in home.rglob("*") if path.is_file()}, key=place)


def transcript(paths: RunPaths, copy: Path, adapter: Adapter) -> Iterator[AnyEvent]:
    """Yield the events of one transcript."""
    place = os.fsencode(copy.relative_to(paths.sessions)).decode("utf-8", "replace")
    reader: Reader = of_transcript(adapter.output, place)
    cutter = Cutter()
    for piece in tails.grown(copy, 0):
        for line in cutter.cut(piece):
            yield from reader.read(line)
    for line in cutter.whole():
        yield from reader.read(line)
