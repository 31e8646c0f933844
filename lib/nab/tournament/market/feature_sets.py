"""What features.json says: the names of the features, the sets they are in, and how each did in the past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
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
ALL_FEATURES = 3555
# Sizes of v5.3; the first eight are those of Numerai's own feature neutralization notebook.
NAMED_SETS = {
    "intelligence": 35,
    "wisdom": 140,
    "charisma": 290,
    "dexterity": 51,
    "strength": 135,
    "constitution": 335,
    "agility": 145,
    "serenity": 95,
    "rain": 666,
    "faith": 372,
    "quantum": 807,
}
STATISTIC = "corr_w_target_ender_20"


def feature_names(count: int) -> tuple[str, ...]:
    """Name the features; the first ones are the small set, then the rest of the medium one."""
    ways = [f"feature_{a}_{b}_{c}" for a in ADJECTIVES for b in NOUNS for c in NOUNS if b != c]
    return tuple(ways[(index * STRIDE) % len(ways)] for index in range(count))


def feature_sets(size: Size) -> dict[str, list[str]]:
    """Return the sets. The named ones share no feature; those of smaller sizes are smaller in proportion."""
    names = feature_names(size.features)
    sets = {"small": list(names[: size.small]), "medium": list(names[: size.medium]), "all": list(names)}
    shuffled = np.random.default_rng(size.features).permutation(size.features)
    begins = 0
    for name, full_count in NAMED_SETS.items():
        ends = begins + max(1, full_count * size.features // ALL_FEATURES)
        sets[name] = [names[place] for place in sorted(shuffled[begins:ends])]
        begins = ends
    return sets


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
