"""The end of the newest segment, looked at and made longer: in the time of one line, however long the log is."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from nab.core.log.chain import check_chain
from nab.core.log.events import Damaged, Draft, Event, Link, Stamp, decode, encode, link, seal
from nab.core.log.segments import Segment
from nab.edges.files import files, locks

WINDOWS = (1 << 12, 1 << 15, 1 << 18)  # bytes at the end: what was not noted yet is some lines


class Tail:
    """A segment open at its end, and what we have written there.

    It is open since before we wrote: where the disk fails to write, Linux tells everybody who had the file open then,
    and nobody who opens it later.
    """

    def __init__(self, folder: Path, segment: Segment) -> None:
        self.segment = segment
        self.path = folder / segment.name
        self.file = os.open(self.path, files.APPEND & ~os.O_CREAT)
        self.before = self.head = Link()
        self.start = self.end = 0
        self.is_first = True  # all that stands before our lines was confirmed when we wrote
        self.events: list[Event] = []

    def unlock(self) -> None:
        """Let go of the segment, which stays open."""
        locks.unlock(self.file)

    @property
    def size(self) -> int:
        return os.fstat(self.file).st_size

    def goes_on_from(self, noted: Link) -> bool:
        """Look where the chain stands here. Says whether it is known: whole lines go on from what was noted."""
        self.start = self.end = self.size
        head = head_after(self.file, self.end, noted)
        self.before = self.head = head or Link()
        self.is_first = head == noted
        return head is not None

    def write(self, drafts: Sequence[Draft], stamp: Stamp) -> None:
        """Write drafts as the next events, without waiting for the disk; after any error nothing of them is left."""
        self.events, lines, self.head = sealed(drafts, self.before, stamp)
        locks.share(self.file)
        try:
            files.write_whole(self.file, lines)
        except BaseException:
            with suppress(OSError):
                os.ftruncate(self.file, self.start)
            raise
        self.end = self.start + len(lines)

    def take_back(self) -> None:
        """Cut off what we wrote, if nothing follows it. Only where nobody else is at work on the log."""
        if self.size == self.end:
            os.ftruncate(self.file, self.start)

    def newest(self, size: int) -> Link:
        """Return where the chain stands in the first so many bytes, others' lines after ours included."""
        if size == self.end:
            return self.head
        whole = os.pread(self.file, size - self.end, self.end).rpartition(b"\n")[0]
        line = whole[whole.rfind(b"\n") + 1 :] + b"\n"
        try:
            return link(decode(line), line) if whole else self.head
        except Damaged:
            return self.head


def sealed(drafts: Sequence[Draft], head: Link, stamp: Stamp) -> tuple[list[Event], bytes, Link]:
    """Give drafts their places in a chain; return the events, their lines, and where the chain stands then."""
    events, lines = [], []
    for draft in drafts:
        event = seal(draft, head, stamp)
        line = encode(event)
        head = link(event, line)
        events.append(event)
        lines.append(line)
    return events, b"".join(lines), head


def head_after(file: int, size: int, noted: Link) -> Link | None:
    """Return where the chain stands at the end of a file, if whole lines there go on from a place."""
    for window in WINDOWS:
        end = os.pread(file, window, max(0, size - window))
        if not end.endswith(b"\n"):
            return None
        line = end[end.rfind(b"\n", 0, -1) + 1 :]
        if sha256(line).hexdigest()[:16] == noted.prev:
            return noted
        if (place := place_after(end, noted, is_whole=window >= size)) is not None:
            chain = check_chain([("", end[place:].splitlines(keepends=True))], noted)
            return None if chain.faults else chain.head
        if window >= size:
            return None
    return None


def place_after(end: bytes, head: Link, *, is_whole: bool) -> int | None:
    """Return where in the end of a file the line begins that was written right after a place in the chain."""
    found = end.rfind(b'"seq":%d,"prev":"%b",' % (head.seq + 1, head.prev.encode()))
    place = end.rfind(b"\n", 0, found) + 1
    return place if found >= 0 and (place or is_whole) else None


def unconfirmed(path: Path, noted: Link | None) -> bytes:
    """Return the whole lines at the end of a segment that were written after a place; none where that is not found."""
    if noted is None:
        return b""
    size = files.size(path)
    with path.open("rb") as file:
        for window in (*WINDOWS, size):
            begins = max(0, size - window)
            end = os.pread(file.fileno(), size - begins, begins)
            if (place := place_after(end, noted, is_whole=not begins)) is not None:
                return end[place : end.rfind(b"\n") + 1]
    return b""
