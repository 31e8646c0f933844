"""What is kept of a call in files of its own, when it is over: the texts that were read, and what was uploaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakSet

from kept import pages
from kept.page_store import PageStore
from kept.spool import Spool
from kept.tee import Tee

from record import bodies, redact
from record.seen import Seen

PART_OF_IT = 206  # an answer's status
MOST_AT_ONCE = 256  # texts under way: what they hold together is bounded, too


@dataclass
class KeptFiles:
    """The folders of both; `pages` is None where no texts are kept. `hide` takes secrets out of a text."""

    pages: PageStore | None
    spool: Spool
    hide: Callable[[str], str]
    told: set[str] = field(default_factory=set)
    under_way: WeakSet[Tee] = field(default_factory=WeakSet)

    def begin(self, seen: Seen, which: str, encoding: str, kind: str) -> Tee | None:
        """Begin to take a text as it passes; of one too many the line tells, and nothing is taken."""
        if self.pages is None:
            return None
        if len(self.under_way) >= MOST_AT_ONCE:
            seen.page[which] = pages.lost(pages.CROWDED)
            return None
        tee = Tee(encoding, pages.MOST_TAKEN, kind)
        self.under_way.add(tee)
        return tee

    def keep_pages(self, seen: Seen) -> None:
        """Keep the texts of a call that was let through; what is wrong with one costs that one alone."""
        taken = (
            ("request", seen.question, seen.request_bytes),
            ("response", seen.answer, seen.response_bytes),
        )
        seen.question = seen.answer = None
        for which, tee, passed in taken:
            if tee is None:
                continue
            self.under_way.discard(tee)
            if self.pages is None or seen.denied or not passed or not (tee.kept or tee.damaged):
                continue
            try:
                seen.page[which] = self.page(self.pages, seen, tee)
            except Exception as error:  # noqa: BLE001 - whatever a stranger's page does, its call has its line
                seen.page[which] = pages.lost(f"it could not be read: {type(error).__name__}")

    def page(self, store: PageStore, seen: Seen, tee: Tee) -> dict[str, Any]:
        """Keep what a tee took of a body. Returns what the line says of it."""
        if tee.damaged:
            return pages.lost(pages.DAMAGED)
        path = seen.target.partition("?")[0]
        cut = tee.cut or seen.error is not None or seen.status == PART_OF_IT
        page = pages.page(bytes(tee.kept), tee.content_type, path, self.readable, cut=cut)
        return store.keep(page) if page else pages.lost(pages.BINARY)

    def readable(self, plain: bytes, kind: str) -> str:
        """Return a text of some type without its secrets."""
        if kind == pages.FORM:
            return redact.query(plain.decode("utf-8", "replace"), self.hide)
        return bodies.readable(plain, self.hide, pages.MOST_TAKEN)

    def keep_upload(self, seen: Seen) -> None:
        """Keep a file that was put to Numerai's storage, or say why not."""
        if seen.spooled:
            seen.upload = seen.spooled.finish(seen.upload_sha256, wanted=seen.denied is None)
            seen.spooled = None

    def full(self) -> Iterator[str]:
        """Name, once, what is kept no more because its limit is reached."""
        for what, store in (("pages", self.pages), ("uploads", self.spool)):
            if store and store.full and what not in self.told:
                self.told.add(what)
                yield what
