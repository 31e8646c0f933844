"""All gates over a site: those of a page for the pages that changed, those of the whole for all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from nab.core.upkeep.secrets.verdicts import Judge
from nab.results.claims.documents import Registry
from nab.site.gates import links, numbers, private, scores, sizes
from nab.site.gates.offences import Offence, figures


def offences(
    files: Mapping[str, bytes], registry: Registry, judge: Judge, changed: Collection[str] | None = None
) -> Iterator[Offence]:
    """Yield everything that keeps a site from being shown."""
    pages = {path: content.decode() for path, content in files.items() if path.endswith(".html")}
    looked = files.keys() if changed is None else changed
    for path in sorted(looked):
        if path in files:
            yield from of_file(path, files[path], judge)
    places = links.ids(pages)
    for path in sorted(looked):
        if path in pages:
            yield from of_page(path, pages[path])
            yield from links.dead(path, pages[path], files.keys(), places)
    yield from numbers.apart(pages)
    yield from scores.unregistered(registry)
    named = {one.told.get("data-claim", "") for page in pages.values() for one in figures(page)}
    yield from scores.without_family(named - {""}, registry)


def of_file(path: str, content: bytes, judge: Judge) -> Iterator[Offence]:
    """Yield what is wrong with any file."""
    yield from sizes.oversize(path, content)
    yield from private.leaks(path, content, judge)
    if path.endswith(".css"):
        yield from links.style(path, content)


def of_page(path: str, page: str) -> Iterator[Offence]:
    """Yield what is wrong with a page by itself."""
    yield from numbers.without_origin(path, page)
    yield from numbers.edited(path, page)
    yield from scores.mixed(path, page)
    yield from scores.provisional(path, page)
    yield from scores.speed(path, page)
    yield from links.foreign(path, page)
    yield from links.inline(path, page)
    yield from private.hidden(path, page)
