"""The commits that the remote does not have yet, and how many of them go in one push."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

SIZE, SEQ = re.compile(r" (\d+) bytes"), re.compile(r"events to (\d+)")


class Waiting(NamedTuple):
    """A commit, when it was made (seconds since 1970), and the bytes that it added."""

    commit: str
    at: int
    size: int


def message(when: str, files: int, size: int, seq: int) -> str:
    """Say what a commit of the mirror holds."""
    return f"{when}: {files} files, {size} bytes, events to {seq}"


def waiting(line: str) -> Waiting:
    """Read a commit from its id, time and message."""
    commit, at, said = line.split(" ", 2)
    size = SIZE.search(said)
    return Waiting(commit, int(at), int(size[1]) if size else 0)


def seq(said: str) -> int:
    """Return the last event that is in a commit of the mirror, from its message."""
    found = SEQ.search(said)
    return int(found[1]) if found else 0


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
