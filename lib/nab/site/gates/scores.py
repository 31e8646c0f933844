"""Surfaces never mix, what is not final is in no mean, and a claim is registered before it is looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nab.results.claims.documents import Registry
from nab.site.gates.offences import Offence, attributes, figures

AREA = re.compile(r'<(figure|div)\b([^>]*\bdata-surface="[^"]*"[^>]*)>(.*?)</\1>', re.DOTALL)
SURFACE = re.compile(r'data-surface="([^"]*)"')
FINAL = "resolved"


def mixed(path: str, page: str) -> Iterator[Offence]:
    """Yield charts, and areas of one surface, in which a score of another stands."""
    for found in AREA.finditer(page):
        own = attributes(found[2])["data-surface"]
        strangers = sorted({one for one in SURFACE.findall(found[3]) if one != own})
        if strangers:
            yield Offence(path, "score out of its surface", f"{', '.join(strangers)} among {own}")


def provisional(path: str, page: str) -> Iterator[Offence]:
    """Yield means that hold anything that is not final."""
    for one in figures(page):
        if one.told.get("data-mean") and one.told.get("data-surface") != FINAL:
            yield Offence(path, "mean with unresolved rounds", f"{one.text} ({one.origin})")


def speed(path: str, page: str) -> Iterator[Offence]:
    """Yield a speed that is told without the submission which it is of."""
    for one in figures(page):
        if one.told.get("data-part") == "S" and not one.told.get("data-submission"):
            yield Offence(path, "speed without a verified submission", one.text)


def unregistered(registry: Registry) -> Iterator[Offence]:
    """Yield claims that were looked at before their family was registered."""
    registered = {one.name: one.seq for one in registry.families}
    for claim in registry.claims:
        seq = registered.get(claim.family)
        for line in claim.history:
            if seq is None or line.upto <= seq:
                what = f"{claim.id} was looked at as of event {line.upto}, registered by {seq or 'none'}"
                yield Offence("claims/index.html", "claim not registered before its look", what)


def without_family(ids: Iterable[str], registry: Registry) -> Iterator[Offence]:
    """Yield figures that name a claim which there is not."""
    known = {one.id for one in registry.claims}
    for one in sorted(set(ids) - known):
        yield Offence("claims/index.html", "figure of no claim", one)
