"""What of the scores that Numerai publishes is news. A flag that flips is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import isfinite

from nab.core.facts import RoundResolved, ScoreSeen, tag
from nab.core.log.events import Event

LONGEST = 64  # characters of a name or a version
SCORE, RESOLVED = tag(ScoreSeen), tag(RoundResolved)

Place = tuple[str, int]  # an entrant and a round
Words = dict[str, tuple[float | None, float | None]]  # value and percentile, by scoring version


@dataclass
class Heard:
    """The last word on each scoring day, by submission and scoring version. Older logs name no version."""

    days: dict[tuple[Place, str, int, str], Words] = field(default_factory=dict)

    def is_news(self, place: Place, fact: ScoreSeen) -> bool:
        """Say whether value, percentile, submission or scoring version are others than those we know.

        Where no version was named, then or now, nothing says that it is another.
        """
        known = self.days.get((place, fact.metric, fact.day, fact.submission), {})
        told = fact.value, fact.percentile
        if fact.version in known:
            return known[fact.version] != told
        if fact.version and set(known) != {""}:
            return True
        return told not in known.values()

    def hear(self, place: Place, fact: ScoreSeen) -> None:
        """Keep a word as the last one."""
        known = self.days.setdefault((place, fact.metric, fact.day, fact.submission), {})
        known[fact.version] = fact.value, fact.percentile

    @property
    def versions(self) -> set[tuple[str, str]]:
        """Every scoring version by which a metric was ever published: the metric's name, the version."""
        return {(metric, version) for (_, metric, _, _), words in self.days.items() for version in words}


def words(told: object) -> str:
    """Return a name or a version as text, whatever Numerai made of it; empty for what is neither."""
    if isinstance(told, str | int) and not isinstance(told, bool):
        return str(told)[:LONGEST]
    return ""


def number(told: float | None) -> float | None:
    """Return a value that can be written down; JSON has ways to write one that is endless, and the log has none."""
    return told if told is not None and isfinite(told) else None


def heard(events: Iterable[Event]) -> Heard:
    """Fold the last words."""
    found = Heard()
    for event in events:
        if event.kind != SCORE or event.entrant is None or event.round is None:
            continue
        if isinstance(fact := event.fact, ScoreSeen):
            found.hear((event.entrant, event.round), fact)
    return found


def resolved(events: Iterable[Event]) -> set[int]:
    """Return the rounds of which Numerai has flagged what it scored as resolved."""
    found: set[int] = set()
    for event in events:
        if event.round is None or event.kind not in {SCORE, RESOLVED}:
            continue
        match event.fact:
            case RoundResolved() | ScoreSeen(resolved=True):
                found.add(event.round)
            case _:
                pass
    return found
