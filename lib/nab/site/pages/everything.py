"""All files of the site: a function of the site's value, and of the transcripts that may be out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from importlib import resources

import msgspec

from nab.site.model.whole import Site
from nab.site.pages import claims, compare, entrants, home, ledgers, questions, reading, rounds, runs
from nab.site.pages.runs import Said
from nab.site.writing import memory
from nab.site.writing.book import Book
from nab.site.writing.memory import Memory

STATIC = ("icon.svg", "style.css", "site.js")
STATUS = "status/index.html"
MOVING = {STATUS, "as-of.json"}  # they tell of the build itself, and are in no hash of the site
HEADERS = """/*
  Content-Security-Policy: default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
  X-Content-Type-Options: nosniff
  Referrer-Policy: no-referrer
"""  # noqa: E501


def written(
    site: Site,
    transcripts: Mapping[str, Iterable[Said]] | None = None,
    hidden: Mapping[str, str] | None = None,
    before: Memory = memory.NONE,
) -> Book:
    """Write every file but those that tell of the build; what is `before` and rests on the same is taken over."""
    book = Book(site, before)
    for name in STATIC:
        book.files[name] = resources.files("nab.site").joinpath("static", name).read_bytes()
    book.files["_headers"] = HEADERS.encode()
    book.files[".nojekyll"] = b""
    home.write(book)
    questions.write(book)
    claims.write(book)
    rounds.write(book)
    entrants.write(book)
    runs.write(book, transcripts or {}, hidden or {})
    compare.write(book)
    ledgers.write(book)
    reading.write(book)
    registry = msgspec.json.format(msgspec.json.encode(site.registry), indent=1)
    book.files["data/claims.json"] = registry + b"\n"
    ledgers.write_evidence(book)
    book.files = dict(sorted(book.files.items()))
    return book


def hashes(book: Book) -> dict[str, str]:
    """Return the hash of every file, written or taken over."""
    found = {path: hashlib.sha256(content).hexdigest() for path, content in book.files.items()}
    for path, one in book.kept.items():
        found |= one.charts
        found[path] = one.sha256
    return found


def sha256(files: Mapping[str, str]) -> str:
    """Return the hash of a site: of its files' names and hashes, in the order of names."""
    lines = (f"{digest}  {path}\n" for path, digest in sorted(files.items()) if path not in MOVING)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
