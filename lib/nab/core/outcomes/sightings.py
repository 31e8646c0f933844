"""What Numerai lists, as facts, and which of them are new. Two questions tell of it, one with less detail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import structs

from nab.core.facts import SubmissionSeen
from nab.core.log.events import Event
from nab.core.outcomes.evidence import LISTED

Sightings = dict[tuple[int, str], SubmissionSeen]


def known(events: Iterable[Event]) -> dict[str, Sightings]:
    """Return the newest sighting of each submission, by entrant."""
    found: dict[str, Sightings] = {}
    for event in events:
        if event.kind != LISTED or event.entrant is None or event.round is None:
            continue
        fact = event.fact
        if isinstance(fact, SubmissionSeen):
            found.setdefault(event.entrant, {})[event.round, fact.submission] = fact
    return found


def fresh(reported: Mapping[tuple[int, str], SubmissionSeen], before: Sightings) -> Sightings:
    """Return the sightings that say something new, in the order in which they were put in.

    What one of the two questions does not tell is as it was told before.
    """
    merged = {place: merge(fact, before.get(place)) for place, fact in reported.items()}
    new = {place: fact for place, fact in merged.items() if fact != before.get(place)}
    return dict(sorted(new.items(), key=lambda pair: (pair[1].inserted_at, pair[0])))


def merge(fact: SubmissionSeen, before: SubmissionSeen | None) -> SubmissionSeen:
    """Return a sighting with what was known of the submission before and is not said now."""
    if before is None:
        return fact
    return structs.replace(
        fact,
        status=fact.status or before.status,
        filename=fact.filename or before.filename,
        source=fact.source or before.source,
        inserted_at=fact.inserted_at or before.inserted_at,
    )
