"""Read an answer on its way to the agent: how many events it has, and what a model says it cost."""

from __future__ import annotations

from models import usage
from models.content_encodings import Decoder, Undecodable, decoder
from models.event_streams import EventStream

EVENTS = "text/event-stream"
JSON = "application/json"
MOST_ANSWER = 4 << 20
LEAST_DECODED, MOST_GROWTH = 1 << 20, 200


class Watch:
    """Sees every piece of an answer and changes none; reading stops where the answer makes no sense."""

    def __init__(self, events: bool, model: usage.Usage | None, decode: Decoder | None) -> None:
        self.model, self.decode = model, decode
        self.stream = EventStream(self.one_event) if events else None
        self.answer: list[bytes] = []
        self.fed = self.decoded = 0
        self.lost = decode is None

    def feed(self, piece: bytes) -> None:
        """Read a piece as it was sent."""
        if self.lost or self.decode is None:
            return
        self.fed += len(piece)
        try:
            for plain in self.decode(piece):
                self.decoded += len(plain)
                if self.is_too_much():
                    self.give_up()
                    return
                self.take(plain)
        except Undecodable:
            self.give_up()

    def is_too_much(self) -> bool:
        """Say whether this is an answer made to keep us busy, or one too large to hold."""
        swollen = self.decoded > LEAST_DECODED + MOST_GROWTH * self.fed
        return swollen or (self.stream is None and self.decoded > MOST_ANSWER)

    def give_up(self) -> None:
        self.lost, self.answer = True, []
        if self.model:
            self.model.began = True  # it did cost something

    def take(self, plain: bytes) -> None:
        if self.stream:
            self.stream.feed(plain)
        else:
            self.answer.append(plain)

    def one_event(self, data: bytes) -> None:
        if self.model and usage.may_tell(data):
            self.model.read(data)

    def finish(self) -> None:
        """The answer is over, whether it came to its end or not."""
        if self.stream:
            self.stream.finish()
        elif self.model and self.answer:
            whole, self.answer = b"".join(self.answer), []
            self.model.read(whole)

    @property
    def events(self) -> int | None:
        """How many events were seen; None when it was no event stream, or one that we cannot read."""
        return self.stream.events if self.stream and not self.lost else None


def watch(host: str, status: int, content_type: str, content_encoding: str) -> Watch | None:
    """Return what reads this answer, or None: models' answers, and event streams that are not compressed.

    Only models' hosts are trusted to send compressed bodies that are worth unpacking.
    """
    served = usage.provider(host)
    kind = content_type.partition(";")[0].strip().lower()
    if served is None or kind not in (EVENTS, JSON):
        return Watch(True, None, decoder("")) if kind == EVENTS and not content_encoding else None
    model = usage.Usage(served, began=kind == EVENTS and status == 200)
    return Watch(kind == EVENTS, model, decoder(content_encoding))
