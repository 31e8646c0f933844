"""Which families are to be registered: all pairs of a level's enrolled runs, and the pairs of those who came later."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from string import ascii_lowercase

from nab.core import levels
from nab.core.claims.families import Family, going_on, in_none, of_level
from nab.core.facts import ClaimRegistered
from nab.core.runs.enrolments import Enrolment
from nab.core.scores.metrics import Metric
from nab.results.verdicts.registration import ALPHAS, DELTA, LOOKS

ROUNDS = 260  # of a season: about a year
FEWEST = 2  # of a level's runs, or of agents at both of two levels
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Wish:
    """What families are made for: who is enrolled, from which round on, by which metric, beside which control.

    `version` is that of the newest score by the metric, empty where there is none yet.
    """

    known: Mapping[str, Family]
    enrolled: Mapping[str, Enrolment]
    first: int
    metric: Metric
    control: str = ""  # an entrant
    version: str = ""
    commit: str = ""
    lock_sha256: str = ""

    @property
    def levels(self) -> dict[str, dict[str, str]]:
        """The enrolled runs, and their entrants, by level."""
        return of_level(self.enrolled)

    @property
    def control_run(self) -> str:
        """The enrolled run of the control; empty where it has none."""
        return self.enrolled[self.control].run if self.control in self.enrolled else ""

    def family(
        self, level: str, pairs: Pairs, groups: Mapping[str, tuple[str, ...]], taken: Collection[str]
    ) -> ClaimRegistered:
        """Write a family down."""
        runs = {run for pair in pairs for side in pair for run in groups.get(side, (side,))}
        members = {one.run: who for who, one in sorted(self.enrolled.items()) if one.run in runs}
        return ClaimRegistered(
            family=free_name(f"{level.lower()}-{self.first}", {*self.known, *taken}),
            level=level,
            first=self.first,
            last=self.first + ROUNDS - 1,
            metric=self.metric.name,
            horizon=self.metric.horizon,
            delta=DELTA,
            looks=LOOKS,
            alphas=ALPHAS,
            pairs=pairs,
            members=members,
            groups=dict(groups),
            control=self.control_run,
            version=self.version,
            commit=self.commit,
            lock_sha256=self.lock_sha256,
        )


def is_due(known: Mapping[str, Family], enrolled: Mapping[str, Enrolment], first: int) -> bool:
    """Say whether a level, or a contrast of two, could have a family and has none that goes on."""
    taken = {one.fact.level for one in going_on(known, first)}
    found = of_level(enrolled)
    return any(len(found[level]) >= FEWEST and level not in taken for level in found) or any(
        name not in taken and len(agents) >= FEWEST for name, agents in at_both(enrolled).items()
    )


def default(wish: Wish) -> list[ClaimRegistered]:
    """Return the families of levels, and of contrasts, that have none that goes on."""
    taken = {one.fact.level for one in going_on(wish.known, wish.first)}
    found: list[ClaimRegistered] = []
    for level, runs in wish.levels.items():
        if level not in taken and len(runs) >= FEWEST:
            found.append(wish.family(level, all_pairs(runs, wish.control_run), {}, ()))
    return [*found, *contrasts(wish, taken)]


def by_hand(wish: Wish) -> list[ClaimRegistered]:
    """Return what is due by default, and a family at each level of the pairs that somebody in none is of."""
    found = default(wish)
    outside, told = in_none(wish.known, wish.enrolled, wish.first), {one.level for one in found}
    for level, runs in wish.levels.items():
        pairs = tuple(pair for pair in all_pairs(runs, wish.control_run) if outside.keys() & {*pair})
        if level not in told and pairs:
            found.append(wish.family(level, pairs, {}, [one.family for one in found]))
    return found


def contrasts(wish: Wish, taken: Collection[str]) -> Iterator[ClaimRegistered]:
    """Yield the one hypothesis of two levels: the runs of the agents that are enrolled at both."""
    for name, agents in at_both(wish.enrolled).items():
        if name in taken or len(agents) < FEWEST:
            continue
        upper, lower = name.split("-")
        groups = {side: runs_of(at(wish.enrolled, side), agents) for side in (upper, lower)}
        yield wish.family(name, ((upper, lower),), groups, ())


def at_both(enrolled: Mapping[str, Enrolment]) -> dict[str, set[str]]:
    """Return the agents that are enrolled at both levels of a contrast, by its name."""
    return {
        f"{upper.value}-{lower.value}": agents_of(at(enrolled, upper)) & agents_of(at(enrolled, lower))
        for upper, lower in levels.contrasts()
    }


def at(enrolled: Mapping[str, Enrolment], level: str) -> list[Enrolment]:
    """Return who is enrolled at a level, in the order of entrants."""
    return [one for _, one in sorted(enrolled.items()) if one.enrolled.level == level]


def agents_of(found: Sequence[Enrolment]) -> set[str]:
    """Return whose runs these are; replicas of an agent are one."""
    return {one.enrolled.agent for one in found}


def runs_of(found: Sequence[Enrolment], agents: Collection[str]) -> tuple[str, ...]:
    """Return the runs of some agents, all their replicas among them."""
    return tuple(one.run for one in found if one.enrolled.agent in agents)


def all_pairs(runs: Mapping[str, str], control: str) -> Pairs:
    """Return every pair of runs, once: in the order of entrants, the control last, so that others are said of it."""
    return tuple(combinations(sorted(runs, key=lambda run: (run == control, runs[run])), 2))


def free_name(name: str, taken: Collection[str]) -> str:
    """Return a name that no family has: a letter more where there is one."""
    names = (name, *(f"{name}{letter}" for letter in ascii_lowercase[1:]))
    return next(one for one in names if one not in taken)


def scores_exist(family: ClaimRegistered, told: Mapping[int, Collection[str]]) -> int | None:
    """Return the first round of a season in which a member has a score already; None where there is none.

    `told` are those who have one, by round.
    """
    members = {*family.members.values()}
    rounds = (number for number, who in sorted(told.items()) if members & {*who})
    return next((number for number in rounds if family.first <= number <= family.last), None)
