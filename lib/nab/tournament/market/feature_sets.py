"""What features.json says: the names of the features, the sets they are in, and how each did in the past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Any

import numpy as np

from nab.tournament.market import signal
from nab.tournament.market.market import TARGETS, Size
from nab.tournament.market.signal import Array

ADJECTIVES = (
    *("agile", "bleak", "civic", "dense", "eager", "fluid", "grand", "humid", "inner"),
    *("jaded", "known", "lunar", "mixed", "noble", "outer", "plain", "quiet", "rural"),
)
NOUNS = (
    *("anchor", "basin", "cedar", "delta", "ember", "fjord", "grove", "haven", "inlet"),
    *("jetty", "knoll", "ledge", "maple", "nexus", "orbit", "prism", "quarry", "ridge"),
)
STRIDE = 1009
TARGET_NAMES = tuple(f"target_{name}_{days}" for days in (20, 60) for name in TARGETS)
# Sizes of v5.3: of the nested sets, of the groups in each of them, and of the sets that are mixed from all features.
NESTED = (42, 780, 3555)
GROUPS = {
    "intelligence": (2, 14, 35),
    "wisdom": (3, 56, 140),
    "charisma": (3, 116, 290),
    "dexterity": (4, 21, 51),
    "strength": (1, 54, 135),
    "constitution": (2, 134, 335),
    "agility": (2, 58, 145),
    "serenity": (3, 34, 95),
}
MIXED = {"rain": 666, "faith": 372, "quantum": 807}
STATISTIC = "corr_w_target_ender_20"


def feature_names(count: int) -> tuple[str, ...]:
    """Name the features; the first ones are the small set, then the rest of the medium one."""
    ways = [f"feature_{a}_{b}_{c}" for a in ADJECTIVES for b in NOUNS for c in NOUNS if b != c]
    return tuple(ways[(index * STRIDE) % len(ways)] for index in range(count))


def feature_sets(size: Size) -> dict[str, list[str]]:
    """Return the sets. No feature is in two groups or mixed sets; smaller sizes have fewer of each, in proportion.

    Every group has features in the small set, as at Numerai: its notebooks take those.
    """
    names = feature_names(size.features)
    sets = {"small": list(names[: size.small]), "medium": list(names[: size.medium]), "all": list(names)}
    groups = grouped(size)
    taken = {place for places in groups.values() for place in places}
    for name, places in groups.items():
        sets[name] = [names[place] for place in sorted(places)]
    free = [place for place in shuffled(size, 0, size.features) if place not in taken]
    begins = 0
    for name, full_count in MIXED.items():
        ends = begins + max(1, full_count * size.features // NESTED[-1])
        sets[name] = [names[place] for place in sorted(free[begins:ends])]
        begins = ends
    return sets


def grouped(size: Size) -> dict[str, list[int]]:
    """Return the places of each group's features: in the small set, the rest of the medium one, the rest of all."""
    found: dict[str, list[int]] = {name: [] for name in GROUPS}
    for ring, (begins, ends) in enumerate(pairwise((0, size.small, size.medium, size.features))):
        free = iter(shuffled(size, begins, ends))
        full_width = NESTED[ring] - (NESTED[ring - 1] if ring else 0)
        for name, counts in GROUPS.items():
            full_count = counts[ring] - (counts[ring - 1] if ring else 0)
            found[name] += islice(free, max(full_count * (ends - begins) // full_width, int(ring == 0)))
    return found


def shuffled(size: Size, begins: int, ends: int) -> list[int]:
    """Return these places in an order of chance, always the same."""
    return [
        int(place)
        for place in np.random.default_rng([size.features, begins]).permutation(ends - begins) + begins
    ]


@dataclass
class Statistics:
    """Each feature's correlation with the main target, era by era."""

    by_era: list[Array] = field(default_factory=list)

    def add(self, features: Array, target: Array) -> None:
        """Add an era; a feature that did not exist yet has no correlation."""
        standard = signal.standardised(features)
        centred = (target - target.mean()) / target.std()
        spread = standard.std(axis=0)
        with np.errstate(invalid="ignore"):
            self.by_era.append(np.where(spread > 0, standard.T @ centred / len(target) / spread, np.nan))

    def summary(self, names: Sequence[str]) -> dict[str, dict[str, float | None]]:
        """Return what features.json tells of each feature."""
        table = np.vstack(self.by_era)
        means, spreads = np.nanmean(table, axis=0), np.nanstd(table, axis=0)
        return {name: figures(*both) for name, *both in zip(names, means, spreads, strict=True)}


def figures(mean: float, spread: float) -> dict[str, float | None]:
    """Return what features.json tells of one feature."""
    sharpe = round(float(mean / spread), 4) if spread > 0 else None
    return {f"{STATISTIC}_mean": round(float(mean), 6), f"{STATISTIC}_sharpe": sharpe}


def described(size: Size, statistics: Statistics) -> dict[str, Any]:
    """Return the content of features.json."""
    return {
        "feature_stats": statistics.summary(feature_names(size.features)),
        "feature_sets": feature_sets(size),
        "targets": ["target", *TARGET_NAMES],
    }
