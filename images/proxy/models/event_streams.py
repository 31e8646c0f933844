"""Server-sent events, read while they pass: split at any byte, and no event held beyond a size."""

from __future__ import annotations

import re
from collections.abc import Callable

LINE_END = re.compile(rb"\r\n|\r|\n")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
MOST_BYTES = 8 << 20  # OpenAI's last event repeats the whole answer


class EventStream:
    """Counts events and hands the data of each to `found`; one that is too large is counted and dropped."""

    def __init__(self, found: Callable[[bytes], None], most_bytes: int = MOST_BYTES) -> None:
        self.found, self.most_bytes = found, most_bytes
        self.events = self.dropped = 0
        self.line: list[bytes] = []
        self.data: list[bytes] = []
        self.held = 0
        self.first, self.after_return, self.too_large, self.has_data = True, False, False, False

    def feed(self, piece: bytes) -> None:
        """Read a piece, however the stream was cut."""
        if not piece:
            return
        if self.after_return and piece.startswith(b"\n"):
            piece = piece[1:]
        self.after_return = piece.endswith(b"\r")
        *ended, begun = LINE_END.split(piece)
        for part in ended:
            self.take(part)
            self.end_line()
        self.take(begun)

    def finish(self) -> None:
        """Take what the stream ends with for an event: some servers leave out the last empty line."""
        if self.line:
            self.end_line()
        self.end_event()

    def take(self, part: bytes) -> None:
        """Keep a part of a line, unless its event is too large already."""
        if not part:
            return
        self.held += len(part)
        self.line.append(part)
        if self.held > self.most_bytes:
            self.too_large = True
            self.has_data = self.has_data or b"".join(self.line[:5]).startswith(b"data")
            self.line, self.data = [b":"], []  # what is left of the line is a comment

    def end_line(self) -> None:
        line, self.line = b"".join(self.line), []
        if self.first:
            self.first, line = False, line.removeprefix(BYTE_ORDER_MARK)
        if not line:
            self.end_event()
            return
        name, _, value = line.partition(b":")
        if name == b"data":
            self.has_data = True
            self.data.append(value.removeprefix(b" "))

    def end_event(self) -> None:
        """Hand an event over. One without data is none."""
        data, too_large, has_data = self.data, self.too_large, self.has_data
        self.data, self.held, self.too_large, self.has_data = [], 0, False, False
        self.events += has_data
        self.dropped += too_large
        if has_data and not too_large:
            self.found(b"\n".join(data))
