"""What the site costs in CPU: a build from nothing, and one after another round on what the first left.

python bench/site.py [ENTRANTS ROUNDS]: 20 entrants and 260 rounds, a whole season, by default. Goals of two cores: 15 s
from nothing; after a round 1.5 s and the pages that changed. Reading the log and writing to the disk are not in it.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from nab.actions.site import remembering
from nab.core.facts import PageBuilt
from nab.core.text.tables import table
from nab.site.gates import all_of_them
from nab.site.gates.all_of_them import Rest
from nab.site.gates.told import told
from nab.site.model import whole
from nab.site.model.whole import Site
from nab.site.pages import everything, status
from nab.site.writing import memory
from nab.site.writing.book import Book
from nab.site.writing.memory import Memory
from support.site.sites import JUDGE, SETTING
from support.statistics.simulated import YEAR, Who, year

T = TypeVar("T")


def timed(rows: list[tuple[str, str, str]], words: str, what: Callable[[], T], more: str = "") -> T:
    """Do something, and tell its CPU seconds."""
    began = time.process_time()
    found = what()
    rows.append((words, f"{time.process_time() - began:.2f}", more))
    return found


def build(rows: list[tuple[str, str, str]], name: str, events: list, before: Memory) -> Memory:
    """Build a site on what the build before left, part by part."""
    began = time.process_time()
    site = timed(rows, f"{name}: the log folded", lambda: whole.fold(events, "h", SETTING, before.versions))
    book = timed(rows, "... pages drawn and written", lambda: written(site, before))
    pages = {path: content.decode() for path, content in book.files.items() if path.endswith(".html")}

    def gates() -> dict:  # type: ignore[type-arg]
        new = {path: told(page) for path, page in pages.items()}
        rest = Rest(everything.hashes(book).keys(), {path: one.told for path, one in book.kept.items()} | new)
        wrong = list(all_of_them.offences(book.files, site.registry, JUDGE, book.files.keys(), rest))
        assert not wrong, wrong[:3]
        return new

    found = timed(rows, "... gates", gates)
    words = f"{len(pages)} pages written, {len(book.kept)} taken over"
    rows.append(("... all", f"{time.process_time() - began:.2f}", words))
    return remembering.left(book, found, everything.hashes(book))


def written(site: Site, before: Memory) -> Book:
    """Write all pages, and those that tell of the build."""
    book = everything.written(site, before=before)
    status.write(book, PageBuilt(sha256="0" * 64, upto=site.upto, head=site.head), site.as_of, "")
    return book


def main(entrants: int, rounds: int) -> None:
    who = (*YEAR, *(Who(f"codex{number}-l4", 0.001 * number) for number in range(entrants - len(YEAR))))
    log = year(who=who[:entrants], rounds=rounds)
    newest = max(event.round for event in log.events if event.kind == "round.seen" and event.round)
    first = next(event.seq for event in log.events if event.kind == "round.seen" and event.round == newest)
    rows: list[tuple[str, str, str]] = []
    left = build(rows, "from nothing", log.events[: first - 1], memory.NONE)
    build(rows, "after a round", log.events, left)
    print(table(("", "CPU s", ""), rows))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n{entrants} entrants, {rounds} rounds, {len(log.events):,} events; {peak:.0f} MiB at most")


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:3])) if len(sys.argv) > 2 else main(20, 260)
