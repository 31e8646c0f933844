"""The beginning of a body, kept while it passes, as it was before it was packed."""

from __future__ import annotations

from models.content_encodings import Undecodable, decoder

SLICE = 4 << 10  # bytes unpacked at a time: whoever packs a body badly costs no more than that at once
MOST_ENCODINGS = 2


class Tee:
    """Sees every piece of a body and changes none. What it keeps is bounded, whatever the pieces unpack to.

    `content_type` is the body's. `cut` says that there was more; `damaged` that the bytes are not packed as their
    header says.
    """

    def __init__(self, content_encoding: str, most: int, content_type: str = "") -> None:
        known = content_encoding.count(",") < MOST_ENCODINGS
        self.decode = decoder(content_encoding) if known else None
        self.most, self.content_type, self.fed = most, content_type, 0
        self.kept = bytearray()
        self.cut, self.damaged = False, self.decode is None

    def feed(self, piece: bytes) -> None:
        """Take what there is room for."""
        for start in range(0, len(piece), SLICE):
            if self.cut or self.damaged:
                return
            self.take(piece[start : start + SLICE])

    def take(self, packed: bytes) -> None:
        """Unpack a little, and stop in the middle where it is more than is kept."""
        self.fed += len(packed)
        try:
            for plain in self.decode(packed) if self.decode else ():
                room = self.most - len(self.kept)
                self.kept += plain[:room]
                if len(plain) > room:
                    self.cut = True
                    return
        except Undecodable:
            self.damaged = True
        self.cut = self.cut or self.fed > 2 * self.most  # much that unpacks to little
