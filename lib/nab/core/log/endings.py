"""What stands where a log ends: a line counts when its crc is right, whatever ends it.

A newline is missing where a writer died before its last byte, and another byte stands in its place where a disk
changed one. What follows such a line (zeros after a power cut, a carriage return, a torn line) is no part of it.
"""

from __future__ import annotations

import re
import zlib
from typing import NamedTuple

from nab.core.log.events import CRC_ENDS, OPENING, Damaged, decode

BEGINNING, BRACE = b'{"crc":"', re.compile(rb"\}")


class Ending(NamedTuple):
    """The last piece of a file, cut at its newlines: the whole lines in it as they were written, and what is left."""

    lines: list[bytes]
    rest: bytes = b""


def ending(piece: bytes) -> Ending:
    """Read the last piece of the newest segment.

    A piece that has its newline and begins with no event is a damaged line, and is returned as one.
    """
    if is_sound(piece):
        return Ending([piece])
    lines, rest = [], piece
    while length := event_length(rest):
        lines.append(rest[:length] + b"\n")
        rest = after_newline(rest[length:])
    if not lines and piece.endswith(b"\n"):
        return Ending([piece])
    return Ending(lines, rest)


def is_sound(line: bytes) -> bool:
    """Say whether this is a line as it was written."""
    try:
        decode(line)
    except Damaged:
        return False
    return True


def event_length(content: bytes) -> int:
    """Return the length of the event that some bytes begin with, its newline left out; 0 where there is none."""
    opening = OPENING.match(content)
    if opening is None:
        return 0
    crc, place = 0, CRC_ENDS
    for brace in BRACE.finditer(content, CRC_ENDS):
        crc, place = zlib.crc32(content[place : brace.end()], crc), brace.end()
        if crc == int(opening[1], 16) and is_sound(content[:place] + b"\n"):
            return place
    return 0


def after_newline(content: bytes) -> bytes:
    """Leave out the newline, or the one byte before the next event that stands in its place."""
    in_its_place = not content.startswith(BEGINNING) and content.startswith(BEGINNING, 1)
    return content[1:] if content.startswith(b"\n") or in_its_place else content
