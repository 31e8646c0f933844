"""What nothing under way depends on any more."""

from __future__ import annotations

import msgspec

from nab.core.facts import Poll, Tick, tags
from nab.core.log.events import Event

AT_AN_INSTANT = tags(Poll, Tick)  # they are of all rounds of their time


class Closed(msgspec.Struct, frozen=True):
    """What is closed: rounds, each with what was published of it by entrant, and runs.

    `upto` is the last instant at which one of the rounds settled; empty where there is none.
    """

    rounds: dict[int, dict[str, msgspec.Raw]] = {}
    runs: frozenset[str] = frozenset()
    upto: str = ""


NOTHING = Closed()


def touches(event: Event, closed: Closed) -> bool:
    """Say whether an event tells anything of what is closed."""
    if event.kind in AT_AN_INSTANT:
        return event.valid <= closed.upto
    return event.run in closed.runs or event.round in closed.rounds
