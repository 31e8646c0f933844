"""Sites of small logs, written in memory."""

from __future__ import annotations

from collections.abc import Sequence

from nab.actions.site import remembering
from nab.core.facts import PageBuilt
from nab.core.log.events import Event
from nab.core.upkeep.secrets.scanner import Scanner
from nab.core.upkeep.secrets.verdicts import Judge
from nab.site.gates import all_of_them
from nab.site.gates.told import told
from nab.site.model import whole
from nab.site.model.whole import Setting, Site
from nab.site.pages import everything, status
from nab.site.writing import memory
from nab.site.writing.book import Book
from nab.site.writing.memory import Memory

SETTING = Setting(
    objective="MMC20", control="baseline-l3", release="abc", prompts={"L3": "Do it in 24 hours."}
)
JUDGE = Judge(Scanner({}), 1 << 30)


def site_of(events: Sequence[Event], setting: Setting = SETTING) -> Site:
    """Fold the site of a log."""
    return whole.fold(events, "0123456789abcdef", setting)


def book_of(events: Sequence[Event], **more: object) -> Book:
    """Write the site of a log."""
    book = everything.written(site_of(events), **more)  # type: ignore[arg-type]
    fact = PageBuilt(
        sha256=everything.sha256(everything.hashes(book)), upto=book.site.upto, head=book.site.head
    )
    status.write(book, fact, "2026-07-01T00:00:00.000Z", "")
    return book


def built_on(events: Sequence[Event], before: Memory = memory.NONE) -> tuple[Book, Memory]:
    """Write the site of a log that has grown, on what the build before left. Returns what this one leaves, too."""
    site = whole.fold(events, "0123456789abcdef", SETTING, before.versions)
    book = everything.written(site, before=before)
    pages = {path: told(content.decode()) for path, content in book.files.items() if path.endswith(".html")}
    assert not remembering.lost(before, book, pages)
    return book, remembering.left(book, pages, everything.hashes(book))


def page(book: Book, path: str) -> str:
    """Return a page as text."""
    return book.files[path].decode()


def offences(book: Book) -> list[str]:
    """Return what the gates say."""
    return [one.words for one in all_of_them.offences(book.files, book.site.registry, JUDGE)]
