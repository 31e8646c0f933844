"""A file that only grows stands at the remote as a folder of parts, so that nothing of it is sent twice.

A part is named by the place of its first byte and ends at the end of a line, unless that line is too long.
"""

from __future__ import annotations

import re
from typing import NamedTuple

PART_BYTES = 1 << 20
WINDOW_BYTES = 8 << 20  # read at once
AROUND = (
    8192  # where a line is cut, so much on either side is looked at too: longer than any secret in any form
)
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
    """Read a part's path again; None for what is none."""
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
