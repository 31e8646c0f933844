"""The whole site as a value: made from the log up to an event and the registry as of it, and from nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from nab.core.log.events import Event
from nab.core.overview.overview import Row, Standings, standings
from nab.core.runs.runs import Run
from nab.results.claims import registry as registries
from nab.results.claims.derived import Derived
from nab.results.claims.documents import Registry, VersionTold
from nab.site.model import families, happenings, on_record, places
from nab.site.model.families import Family
from nab.site.model.happenings import Happening
from nab.site.model.places import Newest

K = TypeVar("K")


@dataclass(frozen=True)
class Setting:
    """What pages are told beside the log."""

    local: bool = False
    objective: str = ""
    control: str = ""
    release: str = ""
    stale: str = ""  # since when nobody has looked, where that is too long
    prompts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Site:
    """All that the pages tell, as of an event."""

    upto: int
    as_of: str
    head: str
    setting: Setting
    events: Sequence[Event]
    standings: Standings
    derived: Derived
    registry: Registry
    families: tuple[Family, ...]
    newest: Newest

    @cached_property
    def entrants(self) -> list[str]:
        """Everybody who was ever enrolled, had a run or was seen in a round, in the order of names: none vanishes."""
        of_runs = {run.entrant for run in self.standings.runs.values()}
        return sorted({*self.standings.enrolments, *of_runs, *self.by_entrant})

    @cached_property
    def by_entrant(self) -> dict[str, list[Row]]:
        """The rounds of each entrant, oldest first."""
        return grouped(self.standings.rows, lambda row: row.entrant)

    @cached_property
    def by_round(self) -> dict[int, list[Row]]:
        """The entrants of each round."""
        return grouped(self.standings.rows, lambda row: row.round.number)

    @cached_property
    def happenings(self) -> dict[str, list[Happening]]:
        """What befell each entrant, oldest first."""
        return happenings.by_entrant(self.events)

    def runs(self, entrant: str) -> list[Run]:
        """Return the runs of an entrant, oldest first."""
        return [run for run in self.standings.runs.values() if run.entrant == entrant]

    def is_control(self, entrant: str) -> bool:
        """Say whether an entrant is a program of ours."""
        return entrant.partition("-")[0] in CONTROLS

    @cached_property
    def unsettled(self) -> list[Row]:
        """Rounds that were submitted and have no final score yet."""
        return [row for row in self.standings.rows if row.outcome.status == "verified" and not row.resolved]


CONTROLS = {"baseline", "random", "example"}


def grouped(rows: Iterable[Row], key: Callable[[Row], K]) -> dict[K, list[Row]]:
    """Sort rows by a key."""
    found: dict[K, list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def fold(events: Sequence[Event], head: str, setting: Setting, versions: Iterable[VersionTold] = ()) -> Site:
    """Fold the site from a log that ends where the site does; `head` is the hash of its last line.

    `versions` of claims were worked out before, by the same code from the same log up to each.
    """
    derived = Derived(events, len(events), versions={(one.claim, one.upto): one for one in versions})
    on_record.keep(derived)
    whole = standings(events)
    return Site(
        upto=len(events),
        as_of=events[-1].known if events else "",
        head=head,
        setting=setting,
        events=events,
        standings=whole,
        derived=derived,
        registry=registries.registry(derived, head),
        families=tuple(families.told(one, whole.rounds) for one in derived.families.values()),
        newest=places.newest(events),
    )
