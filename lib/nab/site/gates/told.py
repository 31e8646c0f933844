"""What a page tells that the gates of the whole site need, kept with it: so that a page is read once, when written."""

from __future__ import annotations

import msgspec

from nab.site.gates import links
from nab.site.gates.offences import figures


class Told(msgspec.Struct, frozen=True):
    """The places in a page that a link may name, what it counts by key, and the claims that its figures name."""

    ids: frozenset[str] = frozenset()
    counts: dict[str, tuple[str, ...]] = {}
    claims: frozenset[str] = frozenset()


def told(page: str) -> Told:
    """Read a page."""
    counts: dict[str, dict[str, None]] = {}
    claims = set()
    for one in figures(page):
        if key := one.told.get("data-key", ""):
            counts.setdefault(key, {})[one.told.get("value", "")] = None
        if claim := one.told.get("data-claim", ""):
            claims.add(claim)
    ids = frozenset(links.ID.findall(page))
    return Told(ids, {key: tuple(values) for key, values in counts.items()}, frozenset(claims))
