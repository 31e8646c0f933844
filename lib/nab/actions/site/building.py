"""The site built: gathered, written, checked, put where it is served, and put on record."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from nab.actions.bench import Bench
from nab.actions.log import derived
from nab.actions.site import gathering, remembering
from nab.core.claims import told as on_record
from nab.core.errors import FAILED, NabError
from nab.core.facts import PageBuilt
from nab.core.text import times
from nab.core.text.counts import number_of
from nab.core.upkeep.secrets.scanner import Scanner
from nab.core.upkeep.secrets.verdicts import Judge
from nab.edges import clock
from nab.edges.files import files, locks
from nab.edges.secrets import held_secrets
from nab.site.gates import all_of_them
from nab.site.gates.all_of_them import Rest
from nab.site.gates.sizes import HOSTS
from nab.site.gates.told import Told, told
from nab.site.model.whole import Site
from nab.site.pages import everything, status
from nab.site.writing import memory
from nab.site.writing.book import Book
from nab.site.writing.memory import Memory

LIST = ".files.json"  # what of the folder is ours
LOCK = "site"
SHOWN = 20  # offences that are told one by one


class Listed(msgspec.Struct):
    """The files that were written, by their hashes."""

    files: dict[str, str] = {}


@dataclass(frozen=True)
class Built:
    """A site: its book, what its new pages tell, the hash of every file, and the fact that tells of it."""

    book: Book
    told: Mapping[str, Told]
    hashes: Mapping[str, str]
    fact: PageBuilt

    @property
    def site(self) -> Site:
        """Its value."""
        return self.book.site

    @property
    def files(self) -> Mapping[str, bytes]:
        """The files that were written; what is taken over is where it was."""
        return self.book.files


def made(bench: Bench, as_of: int | None = None, before: Memory = memory.NONE) -> Built:
    """Write the site in memory, all but what is taken over. Raises NabError for an event that there is not."""
    found = gathering.given(bench, as_of)
    before = remembering.of_this_log(before, found.events, found.head)
    of = gathering.site(bench, found, again=as_of is not None, versions=before.versions)
    built = finished(of, write_book(bench, of, before), found.tick)
    if remembering.lost(before, built.book, built.told):  # whoever led there has to be looked at again
        return finished(of, write_book(bench, of, memory.NONE), found.tick)
    return built


def write_book(bench: Bench, of: Site, before: Memory) -> Book:
    """Write the pages."""
    withheld = gathering.hidden(bench, of)
    return everything.written(of, gathering.said(bench, of, withheld), withheld, before)


def finished(of: Site, book: Book, tick: str) -> Built:
    """Add what tells of the build itself."""
    fact = PageBuilt(
        sha256=everything.sha256(everything.hashes(book)),
        upto=of.upto,
        head=of.head,
        release=of.setting.release,
        claims=hashlib.sha256(book.files["data/claims.json"]).hexdigest(),
        stale=of.setting.stale,
    )
    status.write(book, fact, times.text(clock.now()), tick)
    pages = {path: content.decode() for path, content in book.files.items() if path.endswith(".html")}
    return Built(book, {path: told(page) for path, page in pages.items()}, everything.hashes(book), fact)


def build(bench: Bench, as_of: int | None = None) -> str:
    """Build the site, or that of an earlier event beside it. Returns what was done; raises NabError for an offence."""
    with locks.held(bench.paths.lock(LOCK), what="whoever builds the site", wait_seconds=300):
        folder = bench.paths.site if as_of is None else folder_as_of(bench, as_of)
        before = listed(folder)
        left = memory.NONE if as_of else remembering.recalled(bench.paths.pages, folder, before)
        built = made(bench, as_of, left)
        changed = {
            path
            for path in built.files
            if before.get(path) != built.hashes[path] or not (folder / path).is_file()
        }
        refuse(bench, built, changed if before else None)
        # What is written can be made again: no wait for the disk, file by file.
        gone = before.keys() - built.hashes.keys()
        bring(folder, changed, gone, lambda path, to: to.write_bytes(built.files[path]))
        files.replace_json(folder / LIST, Listed(dict(built.hashes)))
        if as_of is None:
            left = remembering.left(built.book, built.told, built.hashes)
            files.replace_bytes(bench.paths.pages, msgspec.json.encode(left))
            note(bench, built)
        told_of = f"{number_of(len(built.hashes), 'file')}"
        if before:
            told_of = (
                f"{len(changed)} of {told_of} changed, {number_of(len(built.book.kept), 'page')} taken over"
            )
        return f"wrote {folder / 'index.html'}: {told_of}, as of event {built.site.upto}"


def folder_as_of(bench: Bench, as_of: int) -> Path:
    """Return where the site of an earlier event goes."""
    return bench.paths.site.with_name(f"{bench.paths.site.name}-as-of-{as_of}")


def listed(folder: Path) -> dict[str, str]:
    """Return what was written there last."""
    try:
        return msgspec.json.decode((folder / LIST).read_bytes(), type=Listed).files
    except (FileNotFoundError, msgspec.MsgspecError):
        return {}


def judge(bench: Bench) -> Judge:
    """Return who knows the secrets of this machine."""
    scanner = Scanner(held_secrets.held(bench.config), public=held_secrets.public(bench.config))
    host = HOSTS[bench.config.settings.publish.host]
    return Judge(scanner, host.file_bytes)


def refuse(bench: Bench, built: Built, changed: set[str] | None) -> None:
    """Raise NabError where the site may not be shown, with what is wrong."""
    rest = Rest(
        built.hashes.keys(), {**{path: one.told for path, one in built.book.kept.items()}, **built.told}
    )
    found = list(all_of_them.offences(built.files, built.site.registry, judge(bench), changed, rest))
    if found:
        raise complaint([one.words for one in found])


def complaint(found: list[str]) -> NabError:
    """Say what keeps a site from being shown."""
    more = f"; {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return NabError(
        f"the site is not shown: {'; '.join(found[:SHOWN])}{more}",
        hint="docs/site.md, Gates; what is served is as it was",
        exit_code=FAILED,
    )


def bring(
    folder: Path, changed: Iterable[str], gone: Iterable[str], fill: Callable[[str, Path], object]
) -> None:
    """Put the files that changed in their places, pages after what they need, and take away what is ours no more.

    `fill` writes a file, by its path in the site, under the name that it has until it is whole.
    """
    for path in sorted(changed, key=lambda one: (one.endswith(".html"), one == "index.html", one)):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = files.temporary_of(target)
        fill(path, temporary)
        temporary.replace(target)
    for path in gone:
        (folder / path).unlink(missing_ok=True)


def note(bench: Bench, built: Built) -> None:
    """Put on record what is shown, where that is not what was shown last."""
    pages = on_record.told(bench.log.events()).pages
    last = pages[-1][1] if pages else None
    if built.site.upto and (
        last is None or (last.sha256, last.release) != (built.fact.sha256, built.fact.release)
    ):
        bench.log.append(built.fact)
        derived.publish(bench)


def check(bench: Bench) -> str:
    """Build again in memory, try every gate, and compare with what is served. Raises NabError for what differs."""
    pages = on_record.told(bench.log.events()).pages
    here = listed(bench.paths.site)
    built = made(bench, pages[-1][1].upto if pages and here else None)
    refuse(bench, built, None)
    wrong = []
    for path, content in built.files.items() if here else ():
        if path in everything.MOVING:
            continue
        target = bench.paths.site / path
        if not target.is_file() or target.read_bytes() != content:
            wrong.append(f"{path}: not what the log tells when it is built again")
    if wrong:
        raise complaint(wrong)
    return f"{number_of(len(built.files), 'file')}, every gate is passed" + (
        ", and what is served is the same" if here else ""
    )
