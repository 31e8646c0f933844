"""The site built: gathered, written, checked, put where it is served, and put on record."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from nab.actions.bench import Bench
from nab.actions.log import derived
from nab.actions.site import gathering
from nab.core.claims.told import told
from nab.core.errors import FAILED, NabError
from nab.core.facts import PageBuilt
from nab.core.text import times
from nab.core.upkeep.secrets.scanner import Scanner
from nab.core.upkeep.secrets.verdicts import Judge
from nab.edges import clock
from nab.edges.files import files, locks
from nab.edges.secrets import held_secrets
from nab.site.gates import all_of_them
from nab.site.gates.sizes import HOSTS
from nab.site.model.whole import Site
from nab.site.pages import everything, status
from nab.site.writing.book import Book

LIST = ".files.json"  # what of the folder is ours
LOCK = "site"
SHOWN = 20  # offences that are told one by one


class Listed(msgspec.Struct):
    """The files that were written, by their hashes."""

    files: dict[str, str] = {}


@dataclass(frozen=True)
class Built:
    """A site: its value, its files, its hash, and the fact that tells of it."""

    site: Site
    files: Mapping[str, bytes]
    fact: PageBuilt


def made(bench: Bench, as_of: int | None = None) -> Built:
    """Write the site in memory. Raises NabError for an event that there is not."""
    found = gathering.given(bench, as_of)
    of = gathering.site(bench, found, again=as_of is not None)
    withheld = gathering.hidden(bench, of)
    book = everything.written(of, gathering.said(bench, of, withheld), withheld)
    return finished(of, book, found.tick)


def finished(of: Site, book: Book, tick: str) -> Built:
    """Add what tells of the build itself."""
    fact = PageBuilt(
        sha256=everything.sha256(book.files),
        upto=of.upto,
        head=of.head,
        release=of.setting.release,
        claims=hashlib.sha256(book.files["data/claims.json"]).hexdigest(),
        stale=of.setting.stale,
    )
    status.write(book, fact, times.text(clock.now()), tick)
    return Built(of, book.files, fact)


def build(bench: Bench, as_of: int | None = None) -> str:
    """Build the site, or that of an earlier event beside it. Returns what was done; raises NabError for an offence."""
    with locks.held(bench.paths.lock(LOCK), what="whoever builds the site", wait_seconds=300):
        built = made(bench, as_of)
        folder = bench.paths.site if as_of is None else folder_as_of(bench, as_of)
        before = listed(folder)
        now = {path: hashlib.sha256(content).hexdigest() for path, content in built.files.items()}
        changed = {
            path
            for path, digest in now.items()
            if before.get(path) != digest or not (folder / path).is_file()
        }
        refuse(bench, built, None if not before else changed)
        # What is written can be made again: no wait for the disk, file by file.
        bring(folder, changed, before.keys() - now.keys(), lambda path, to: to.write_bytes(built.files[path]))
        files.replace_json(folder / LIST, Listed(now))
        if as_of is None:
            note(bench, built)
        told_of = (
            f"{len(changed)} of {len(built.files)} files changed" if before else f"{len(built.files)} files"
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
    found = list(all_of_them.offences(built.files, built.site.registry, judge(bench), changed))
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
    pages = told(bench.log.events()).pages
    last = pages[-1][1] if pages else None
    if built.site.upto and (
        last is None or (last.sha256, last.release) != (built.fact.sha256, built.fact.release)
    ):
        bench.log.append(built.fact)
        derived.publish(bench)


def check(bench: Bench) -> str:
    """Build again in memory, try every gate, and compare with what is served. Raises NabError for what differs."""
    pages = told(bench.log.events()).pages
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
    return f"{len(built.files)} files, every gate is passed" + (
        ", and what is served is the same" if here else ""
    )
