"""Kinds of facts that this release does not know: a newer one wrote them, and every reader steps over them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from nab.core.log.events import FACTS, Event


def unknown_kinds(events: Iterable[Event]) -> dict[str, int]:
    """Count the events whose fact is None here (`Event.fact`), by kind."""
    return dict(sorted(Counter(event.kind for event in events if event.kind not in FACTS).items()))


def words(found: Mapping[str, int]) -> str:
    """Say how many were stepped over; empty where none."""
    if not found:
        return ""
    kinds = ", ".join(f"{kind} ({count})" for kind, count in found.items())
    return f"{sum(found.values())} events of a newer release, of kinds that this one steps over: {kinds}"
