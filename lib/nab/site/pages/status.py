"""What tells of the build itself: a page, and a file for programs. Neither is in the site's hash."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from nab.core.facts import PageBuilt
from nab.core.runs.states import RunState
from nab.site.writing.book import Book

STALE_HOURS = 30
PAGE, FILE = "status/index.html", "as-of.json"


@dataclass(frozen=True)
class Build:
    """A build."""

    built: str
    tick: str
    upto: int
    head: str
    sha256: str
    claims: str
    release: str
    stale_hours: int = STALE_HOURS


def write(book: Book, fact: PageBuilt, built: str, tick: str) -> None:
    """Write both."""
    build = Build(built, tick, fact.upto, fact.head, fact.sha256, fact.claims, fact.release)
    runs = book.site.standings.runs.values()
    going = [run for run in runs if run.state is not RunState.ENDED]
    gaps = [(run.name, gap) for run in runs for gap in run.gaps][::-1]
    book.page(PAGE, "status.html", "Status", build=build, going=going, gaps=gaps)
    book.files[FILE] = msgspec.json.format(msgspec.json.encode(build), indent=1) + b"\n"
