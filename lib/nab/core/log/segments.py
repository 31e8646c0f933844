"""The log's files: one a month, and one more when a file had to be left because of an I/O error."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from nab.core.log.endings import ending
from nab.core.log.events import Damaged, decode
from nab.core.text import times

NAME = re.compile(r"(\d{4}-\d{2})(?:\.(\d+))?\.jsonl")


class Segment(NamedTuple):
    """A file of the log; segments sort in the order in which they were written."""

    month: str
    number: int = 1

    @property
    def name(self) -> str:
        """2026-05.jsonl, and after an I/O error 2026-05.2.jsonl."""
        return f"{self.month}.jsonl" if self.number == 1 else f"{self.month}.{self.number}.jsonl"

    @property
    def next(self) -> Segment:
        """The segment that takes over when this one has to be left."""
        return Segment(self.month, self.number + 1)


def named(name: str) -> Segment | None:
    """Return the segment of that name, or None when it is not a segment's name."""
    written = NAME.fullmatch(name)
    return Segment(written[1], int(written[2] or 1)) if written else None


def month(known: datetime) -> Segment:
    """Return the first segment of the month in which something became known."""
    return Segment(times.text(known)[:7])


def in_chain(files: Sequence[tuple[Segment, list[bytes]]]) -> list[tuple[str, list[bytes]]]:
    """Leave out the lines that were never acknowledged and that no later line follows.

    These are an unfinished last line, and what an I/O error left behind in a segment beyond the place
    where its successor goes on. A last line that lacks nothing but its newline counts.
    """
    counted: list[tuple[str, list[bytes]]] = []
    successor: list[bytes] = []
    left = {Segment(segment.month, segment.number - 1) for segment, _ in files}
    for segment, lines in reversed(files):
        kept = lines
        if successor and segment in left:
            kept = lines[: lines_before(successor[0], lines)]
        elif not successor and lines:
            kept = [*lines[:-1], *ending(lines[-1]).lines]
        counted.append((segment.name, kept))
        successor = kept or successor
    return counted[::-1]


def lines_before(successor: bytes, lines: list[bytes]) -> int:
    """Count the lines that are older than the first line of the segment that took over."""
    try:
        return max(0, decode(successor).seq - decode(lines[0]).seq) if lines else 0
    except Damaged:
        return len(lines)
