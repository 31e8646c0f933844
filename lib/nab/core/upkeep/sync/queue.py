"""The commits that the remote does not have yet, and how many of them go in one push."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

SIZE, SEQ = re.compile(r" (\d+) bytes"), re.compile(r"events to (\d+)")
PIECE = re.compile(r", of (\S+)$")


class Waiting(NamedTuple):
    """A commit, when it was made (seconds since 1970), the bytes that it added, its piece and its message."""

    commit: str
    at: int
    size: int
    piece: str = ""  # of one that an older release made: unknown
    said: str = ""


def message(when: str, files: int, size: int, seq: int, piece: str) -> str:
    """Say what a commit of the mirror holds."""
    return f"{when}: {files} files, {size} bytes, events to {seq}, of {piece}"


def waiting(line: str) -> Waiting:
    """Read a commit from its id, time and message."""
    commit, at, said = line.split(" ", 2)
    size, piece = SIZE.search(said), PIECE.search(said)
    return Waiting(commit, int(at), int(size[1]) if size else 0, piece[1] if piece else "", said)


def seq(said: str) -> int:
    """Return the last event that is in a commit of the mirror, from its message."""
    found = SEQ.search(said)
    return int(found[1]) if found else 0


def with_events(said: str, last: int) -> str:
    """Return the message of a commit that has the events up to another one now."""
    return SEQ.sub(f"events to {last}", said)


def batch(queue: Sequence[Waiting], most_bytes: int) -> list[Waiting]:
    """Return the beginning of the queue that goes in one push: one commit at least."""
    size = 0
    taken: list[Waiting] = []
    for one in queue:
        size += one.size
        if taken and size > most_bytes:
            break
        taken.append(one)
    return taken
