"""Which families of claims are registered, as of any place in the log, and which enrolled runs are in none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nab.core.facts import ClaimRegistered, tag
from nab.core.log.events import Event
from nab.core.runs.enrolments import Enrolment

REGISTERED = tag(ClaimRegistered)


@dataclass(frozen=True)
class Family:
    """A family as the log has it: where, when, and what was registered."""

    seq: int
    known: str
    fact: ClaimRegistered

    @property
    def name(self) -> str:
        """Its name, by which its claims are named, too."""
        return self.fact.family

    def goes_on(self, number: int) -> bool:
        """Say whether a round is one of its season, or comes before it."""
        return number <= self.fact.last


def families(events: Iterable[Event], upto: int | None = None) -> dict[str, Family]:
    """Fold the families as of a seq, in the order of their registration. The first registration of a name holds."""
    found: dict[str, Family] = {}
    for event in events:
        if event.kind != REGISTERED or (upto is not None and event.seq > upto):
            continue
        if isinstance(fact := event.fact, ClaimRegistered):
            found.setdefault(fact.family, Family(event.seq, event.known, fact))
    return found


def going_on(known: Mapping[str, Family], number: int) -> list[Family]:
    """Return the families whose season is not over before a round."""
    return [one for one in known.values() if one.goes_on(number)]


def of_level(enrolled: Mapping[str, Enrolment]) -> dict[str, dict[str, str]]:
    """Return the enrolled runs and their entrants, by level, each in the order of entrants."""
    found: dict[str, dict[str, str]] = {}
    for entrant, one in sorted(enrolled.items()):
        found.setdefault(one.enrolled.level.value, {})[one.run] = entrant
    return dict(sorted(found.items()))


def in_none(known: Mapping[str, Family], enrolled: Mapping[str, Enrolment], number: int) -> dict[str, str]:
    """Return the enrolled runs, and their entrants, that are in no family whose season goes on at a round."""
    level_of = {one.run: one.enrolled.level.value for one in enrolled.values()}
    told = {
        run for one in going_on(known, number) for run in one.fact.members
        if level_of.get(run) == one.fact.level
    }  # fmt: skip
    return {run: who for runs in of_level(enrolled).values() for run, who in runs.items() if run not in told}


def newcomers(known: Mapping[str, Family], enrolled: Mapping[str, Enrolment], number: int) -> dict[str, str]:
    """Return those in no family at whose level there is one already: they wait for a person to register them."""
    taken = {one.fact.level for one in going_on(known, number)}
    levels = of_level(enrolled)
    outside = in_none(known, enrolled, number)
    return {
        run: who for level in levels if level in taken for run, who in levels[level].items() if run in outside
    }
