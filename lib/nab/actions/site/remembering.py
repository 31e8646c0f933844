"""What a build leaves for the next one: which pages rest on what, so that only those that changed are written again."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import metadata, resources
from pathlib import Path

import msgspec

from nab.core.log.events import Event
from nab.site.gates.told import Told
from nab.site.model.whole import Site
from nab.site.writing import memory
from nab.site.writing.book import Book
from nab.site.writing.memory import Kept, Memory


def recalled(file: Path, folder: Path, listed: Mapping[str, str]) -> Memory:
    """Return what the build before left, of pages that are in a folder as it wrote them; nothing of other code."""
    try:
        found = msgspec.json.decode(file.read_bytes(), type=Memory)
    except (FileNotFoundError, msgspec.MsgspecError):
        return memory.NONE
    if found.code != code():
        return memory.NONE
    pages = {path: one for path, one in found.pages.items() if is_there(folder, path, one, listed)}
    return msgspec.structs.replace(found, pages=pages)


def is_there(folder: Path, path: str, one: Kept, listed: Mapping[str, str]) -> bool:
    """Say whether a page and the tables of its charts are in a folder as they were written."""
    wanted = {path: one.sha256, **one.charts}
    return all(listed.get(name) == digest and (folder / name).is_file() for name, digest in wanted.items())


def of_this_log(found: Memory, events: Sequence[Event], head: str) -> Memory:
    """Return a memory, or nothing where the log did not go on from there; `head` is the hash of its last line."""
    if found.upto > len(events):
        return memory.NONE
    there = events[found.upto].prev if found.upto < len(events) else head
    return found if there == found.head else memory.NONE


def left(book: Book, told: Mapping[str, Told], hashes: Mapping[str, str]) -> Memory:
    """Return what a build leaves."""
    pages = dict(book.kept)
    for path, key in book.keys.items():
        if (one := book.pages.get(path)) is not None:
            charts = {name: hashes[name] for name in sorted(one.charts)}
            pages[path] = Kept(key, hashes[path], tuple(sorted(one.cited)), charts, told[path])
    site: Site = book.site
    versions = tuple(one for _, one in sorted(site.derived.versions.items()))
    return Memory(code(), site.upto, site.head, pages, versions)


def lost(before: Memory, book: Book, told: Mapping[str, Told]) -> bool:
    """Say whether a page or a place is gone that a page which is taken over could lead to.

    What such a page cites is among the evidence of this build in any case.
    """
    now = {*book.files, *book.kept}
    return any(
        path not in now or (path in told and one.told.ids - told[path].ids)
        for path, one in before.pages.items()
        if book.kept and not path.startswith("evidence/")
    )


@cache
def code() -> str:
    """Return the hash of all that makes pages: this package, the interpreter and what it draws with."""
    digest = hashlib.sha256(f"{sys.version} {metadata.version('jinja2')}".encode())
    with resources.as_file(resources.files("nab")) as root:
        for path in sorted(root.rglob("*")):
            if path.suffix in {".py", ".html", ".css", ".js", ".svg", ".toml", ".md"} and path.is_file():
                digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
