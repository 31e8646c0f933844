"""What the log tells of the replay track: who was fired, which families were registered, and what their looks said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from nab.core.facts import ReplayFired, ReplayLooked, ReplayRegistered, RunForgotten, tags
from nab.core.log.events import Event

OF_REPLAY = tags(ReplayFired, ReplayRegistered, ReplayLooked, RunForgotten)


@dataclass(frozen=True)
class Fired:
    """A run that was fired on the sealed eras of a cut."""

    run: str
    entrant: str
    fact: ReplayFired


@dataclass
class Told:
    """All of it, in the order of the log; a run is fired once a cut, a family looked at once: the first counts."""

    fired: dict[tuple[str, str], Fired] = field(default_factory=dict)  # by cut and run
    families: dict[str, ReplayRegistered] = field(default_factory=dict)
    looks: dict[str, ReplayLooked] = field(default_factory=dict)

    def of_cut(self, cut: str) -> dict[str, Fired]:
        """Return who was fired on a cut, by run."""
        return {run: one for (of, run), one in self.fired.items() if of == cut}

    def registered_pairs(self, cut: str) -> frozenset[tuple[str, str]]:
        """Return the pairs that have had their look on a cut, or that are registered for it."""
        return frozenset(pair for one in self.families.values() if one.cut == cut for pair in one.pairs)

    def unlooked(self, cut: str) -> list[ReplayRegistered]:
        """Return the families of a cut whose look was cut off: the same look is taken again."""
        return [one for name, one in self.families.items() if one.cut == cut and name not in self.looks]

    def next_family(self, cut: str) -> str:
        """Name the next family of a cut."""
        return f"replay-{cut[:8]}.{1 + sum(one.cut == cut for one in self.families.values())}"


def told(events: Iterable[Event]) -> Told:
    """Fold the log. What was thrown away before a look is in no family; what was looked at stays looked at."""
    found = Told()
    for event in events:
        if event.kind not in OF_REPLAY:
            continue
        match event.fact:
            case ReplayFired() as fact if event.run and event.entrant:
                found.fired.setdefault((fact.cut, event.run), Fired(event.run, event.entrant, fact))
            case ReplayRegistered() as fact:
                found.families.setdefault(fact.family, fact)
            case ReplayLooked() as fact:
                found.looks.setdefault(fact.family, fact)
            case RunForgotten():
                found.fired = {key: one for key, one in found.fired.items() if one.run != event.run}
    return found
