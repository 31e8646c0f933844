"""Reading files that grow in a folder of somebody hostile: from a place on, or their end. No link is followed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from nab.edges.files import compressed
from nab.edges.untrusted import descriptors
from nab.paths import AgentFolder

PIECE = 1 << 20


def pieces(root: AgentFolder, place: str, *, head: int, tail: int) -> Iterator[bytes]:
    """Yield a file as long as it is now; raises OSError.

    Of one over `head + tail` bytes the middle is left out, a newline in its place.
    """
    with descriptors.regular(root, os.fsencode(place)) as (file, found):
        size = found.st_size
        if size <= head + tail:
            yield from between(file, 0, size)
            return
        yield from between(file, 0, head)
        yield b"\n"
        yield from between(file, size - tail, size)


def end(root: AgentFolder, place: str, most: int) -> bytes:
    """Return the last bytes of a file, at most that many; nothing where there is no such file that we may read."""
    try:
        with descriptors.regular(root, os.fsencode(place)) as (file, found):
            return b"".join(between(file, max(0, found.st_size - most), found.st_size))
    except OSError:
        return b""


def between(file: int, start: int, stop: int) -> Iterator[bytes]:
    """Yield the bytes of an open file from one place to another, or to its end if that comes first."""
    while start < stop and (piece := os.pread(file, min(PIECE, stop - start), start)):
        yield piece
        start += len(piece)


def grown(path: Path, start: int) -> Iterator[bytes]:
    """Yield a record of our own from a place on, as long as it is now; nothing where it is not there."""
    with suppress(FileNotFoundError), compressed.opened(path) as file:
        left = file.seek(0, os.SEEK_END) - start
        file.seek(start)
        while left > 0 and (piece := file.read(min(PIECE, left))):
            yield piece
            left -= len(piece)
