"""How far the log knows the records of runs: of every file the last length that was told, as of any event; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from nab.core.facts import RecordsSeen, tag
from nab.core.log.events import Event
from nab.core.text import times

SEEN = tag(RecordsSeen)
EVERY = timedelta(hours=1)


class Told(NamedTuple):
    """Up to where a file was told, and by which event."""

    length: int
    seq: int


def lengths(events: Iterable[Event], upto: int | None = None) -> dict[str, Told]:
    """Return how long every file was as of an event; of the newest where none is given.

    A file that took another's place is told from its beginning, and so its newest length counts, not its greatest.
    """
    found: dict[str, Told] = {}
    for event in events:
        if upto is not None and event.seq > upto:
            break
        if event.kind == SEEN and isinstance(fact := event.fact, RecordsSeen):
            found |= {one.file: Told(one.length, event.seq) for one in fact.records}
    return found


def is_due(events: Sequence[Event], now: datetime) -> bool:
    """Say whether it is time to look again."""
    newest = next((event for event in reversed(events) if event.kind == SEEN), None)
    return newest is None or now - times.parse(newest.known) >= EVERY


def run_of(file: str) -> str:
    """Return whose a file is."""
    return file.partition("/")[0]
