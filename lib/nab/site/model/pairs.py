"""Which two entrants can be compared: those of a family that share a final round; of several, in the newest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from nab.results.claims.documents import Claim
from nab.site.model.families import Family
from nab.site.model.whole import Site


@dataclass(frozen=True)
class SharedPair:
    """Two entrants, their runs in the same order, and the claim about them."""

    names: tuple[str, str]
    runs: tuple[str, str]
    family: Family
    claim: Claim


def shared_pairs(site: Site) -> Iterator[SharedPair]:
    """Yield every pair that shares a final round."""
    known = {one.id: one for one in site.registry.claims}
    told: set[tuple[str, str]] = set()
    for family in reversed(site.families):
        fact = family.derived.family.fact
        members = {} if fact.groups else fact.members
        for a, b in combinations(sorted(members, key=lambda run: (members[run], run)), 2):
            names = members[a], members[b]
            claim = known.get(family.claim_of((a, b)))
            if names[0] == names[1] or names in told or claim is None or not family.shared(a, b)[0]:
                continue
            told.add(names)
            yield SharedPair(names, (a, b), family, claim)
