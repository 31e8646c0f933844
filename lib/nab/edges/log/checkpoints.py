"""A checkpoint of the event log: what is still under way, as of a place in the log. Derived; it can be deleted.

The first line says what was read of the log, the others are lines of the log. One that was written by other code than
ours, or is not whole, counts as none.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

import msgspec

import nab
from nab.core.errors import NabError
from nab.core.log.chain import Chain
from nab.core.log.closed_periods import Closed
from nab.core.log.events import Damaged, Event, Link, decode, encode
from nab.core.log.segments import Segment
from nab.edges.files import files
from nab.edges.log.log_files import Read


class Header(msgspec.Struct, frozen=True):
    """The first line; `sizes` says how far (bytes) each file of the log was read."""

    code: str
    head: Link
    sizes: list[tuple[Segment, int]]
    events: int
    closed: Closed


HEADER = msgspec.json.Decoder(Header)


@cache
def code() -> str:
    """Name the code that we are: what is left out, and what is published, may change with it."""
    folder = Path(nab.__file__).parent
    told = sha256()
    for path in sorted(folder.rglob("*.py")):
        told.update(path.read_bytes())
    return told.hexdigest()[:16]


def save(path: Path, read: Read, kept: Sequence[Event], closed: Closed) -> None:
    """Keep, of what was read of a log, these events."""
    header = Header(code(), read.chain.head, sorted(read.sizes.items()), len(kept), closed)
    lines = [msgspec.json.encode(header) + b"\n", *map(encode, kept)]
    files.replace_bytes(path, b"".join(lines))


def header(path: Path) -> Header | None:
    """Return how far the log went when it was written, whatever code that was; None where nothing says so."""
    try:
        with path.open("rb") as file:
            return HEADER.decode(file.readline())
    except (OSError, ValueError, msgspec.MsgspecError):
        return None


def load(path: Path) -> Read | None:
    """Return what was kept; None where there is nothing that can be relied on."""
    try:
        first, *lines = path.read_bytes().splitlines(keepends=True)
        header = HEADER.decode(first)
        if header.code != code() or header.events != len(lines):
            return None
        events = [decode(line) for line in lines]
    except (OSError, ValueError, msgspec.MsgspecError, Damaged, NabError):
        return None
    return Read(Chain(events, [], header.head), dict(header.sizes), header.closed, kept=len(events))
