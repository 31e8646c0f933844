"""A file that only grows stands at the remote as a folder of parts, so that nothing of it is sent twice.

A part is named by the place of its first byte and ends at the end of a line, unless that line is too long.
"""

from __future__ import annotations

import re
from typing import NamedTuple

PART_BYTES = 1 << 20
WINDOW_BYTES = 8 << 20  # read at once
LEAST_BYTES = 1 << 10  # a part with a secret is halved until it is not larger
AROUND = 512  # so much on either side of a part is looked at with it: longer than what gives a secret away
PART_NAME = re.compile(rb"(.+)/(\d{12})\.[^/]+", re.DOTALL)


class Part(NamedTuple):
    """A piece of a file, from its first byte on."""

    start: int
    content: bytes

    @property
    def end(self) -> int:
        return self.start + len(self.content)


def name(source: bytes, start: int) -> bytes:
    """Return the path of a part: calls/http.jsonl/000001048321.jsonl."""
    suffix = source.rpartition(b"/")[2].rpartition(b".")[2]
    return b"%b/%012d.%b" % (source, start, suffix if b"." in source.rpartition(b"/")[2] else b"part")


def source_and_start(path: bytes) -> tuple[bytes, int] | None:
    """Parse a part's path into its source and offset; None if it is not one."""
    found = PART_NAME.fullmatch(path)
    return (found[1], int(found[2])) if found else None


def may_go(content: bytes, *, more: bool, at_rest: bool) -> int:
    """Return how many of the bytes that were read may go: whole lines.

    An unfinished line goes when the file has been at rest for a while, or is so long that there is more of it than
    one reads at once.
    """
    lines = content.rfind(b"\n") + 1
    return len(content) if at_rest or (more and not lines) else lines


def cut(content: bytes, start: int) -> list[Part]:
    """Cut whole lines into parts; the last one may be made longer later."""
    parts, place = [], 0
    while place < len(content):
        end = min(place + PART_BYTES, len(content))
        if end < len(content):
            end = content.rfind(b"\n", place, end) + 1 or end
        parts.append(Part(start + place, content[place:end]))
        place = end
    return parts


def halves(part: Part) -> tuple[Part, Part] | None:
    """Cut a part at the line end nearest to its middle; None where it is small, or one line."""
    middle = len(part.content) // 2
    ends = (part.content.rfind(b"\n", 0, middle) + 1, part.content.find(b"\n", middle, -1) + 1)
    cuts = [end for end in ends if 0 < end < len(part.content)]
    if len(part.content) <= LEAST_BYTES or not cuts:
        return None
    return cut_at(part, min(cuts, key=lambda end: abs(end - middle)))


def cut_at(part: Part, at: int) -> tuple[Part, Part]:
    """Cut a part in two."""
    return Part(part.start, part.content[:at]), Part(part.start + at, part.content[at:])
