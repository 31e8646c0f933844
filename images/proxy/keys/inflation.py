"""An answer that came packed although it was asked for plain, unpacked while it passes."""

from __future__ import annotations

import zlib
from typing import Any

from models.content_encodings import wrapping

PACKED = frozenset({"gzip", "x-gzip", "deflate"})
PLAIN = frozenset({"", "identity"})
MOST_AT_ONCE = 32 << 20  # bytes that one piece may become


class Swollen(Exception):
    """A piece becomes far more than it is: an answer made to fill our memory."""


def can_unpack(encoding: str) -> bool:
    return encoding.strip().lower() in PACKED


def is_plain(encoding: str) -> bool:
    return encoding.strip().lower() in PLAIN


class Inflate:
    """A tap that undoes gzip or deflate, in time and memory that the piece's size bounds.

    What stands behind the end is dropped. Raises Swollen, and zlib.error for what is not packed so.
    """

    def __init__(self, most: int = MOST_AT_ONCE) -> None:
        self.most, self.head = most, b""
        self.unpack: Any = None

    def __call__(self, piece: bytes) -> bytes:
        if self.unpack is None:
            self.head += piece
            if len(self.head) < 2:
                return b""
            piece, self.unpack = self.head, zlib.decompressobj(wrapping(self.head))
        if self.unpack.eof:
            return b""
        given: bytes = self.unpack.decompress(piece, self.most)
        if self.unpack.unconsumed_tail:
            raise Swollen
        return given


def whole(body: bytes, encoding: str) -> bytes:
    """Return a body that was held as it was before it was packed. Raises ValueError where that cannot be done."""
    if is_plain(encoding):
        return body
    if not can_unpack(encoding):
        raise ValueError(f"packed by {encoding[:40]!a}")
    try:
        return Inflate()(body)
    except (Swollen, zlib.error) as error:
        raise ValueError(str(error)) from None
