"""How far our clock stands from Numerai's, as the newest tick that was answered saw it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from nab.core.facts import Tick
from nab.core.log.events import Event
from nab.core.outcomes.evidence import TICK

SKEWED_SECONDS = 60.0  # from here on it is Numerai's clock that counts


def offset(events: Sequence[Event]) -> timedelta:
    """Return what our clock is wrong by; nothing where the two are about the same, or nobody has answered yet."""
    for event in reversed(events):
        if event.kind == TICK and isinstance(fact := event.fact, Tick) and fact.skew_seconds is not None:
            return counted(fact.skew_seconds)
    return timedelta()


def counted(seconds: float | None) -> timedelta:
    """Return the skew that counts: small ones are the network's."""
    return timedelta(seconds=seconds if seconds is not None and abs(seconds) > SKEWED_SECONDS else 0.0)
