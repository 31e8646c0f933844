"""All gates over a site: those of a page for the pages that changed, those of the whole for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import NamedTuple

from nab.core.upkeep.secrets.verdicts import Judge
from nab.results.claims.documents import Registry
from nab.site.gates import links, numbers, private, scores, sizes
from nab.site.gates.offences import Offence
from nab.site.gates.told import Told
from nab.site.gates.told import told as told_of


class Rest(NamedTuple):
    """The whole of a site of which some files are looked at: all names, and what pages tell, as far as it was read."""

    there: Set[str]
    told: Mapping[str, Told]


def offences(
    files: Mapping[str, bytes],
    registry: Registry,
    judge: Judge,
    changed: Set[str] | None = None,
    rest: Rest | None = None,
) -> Iterator[Offence]:
    """Yield everything that keeps a site from being shown, where `changed` names files, in these files of a site."""
    pages = {path: content.decode() for path, content in files.items() if path.endswith(".html")}
    rest = rest or Rest(frozenset(), {})
    told = {**rest.told, **{path: told_of(page) for path, page in pages.items() if path not in rest.told}}
    there = files.keys() | rest.there
    looked = sorted(files.keys() if changed is None else changed & files.keys())
    ids = {path: one.ids for path, one in told.items()}
    for path in looked:
        yield from of_file(path, files[path], judge)
        if path in pages:
            yield from of_page(path, pages[path])
            yield from links.dead(path, pages[path], there, ids)
    yield from numbers.apart({path: one.counts for path, one in told.items()})
    yield from scores.unregistered(registry)
    yield from scores.without_family({claim for one in told.values() for claim in one.claims}, registry)


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
