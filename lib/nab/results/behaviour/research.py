"""Researched or remembered: the share of knowledge that was first seen in what was retrieved, corrected and bounded."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

REPLICATES = 2000
SEED = 20260516
HALF = 0.5
FEWEST_SESSIONS, FEWEST_ITEMS = 5, 10


class Verdict(StrEnum):
    """What can be said."""

    RESEARCHING = "researching"
    REMEMBERING = "remembering"
    NOT_IDENTIFIABLE = "not identifiable"


@dataclass(frozen=True)
class Audit:
    """What people's labels say of a detector: of so many positives it found so many, of negatives it left so many."""

    found: int
    positives: int
    left: int
    negatives: int

    @property
    def sensitivity(self) -> float:
        return self.found / self.positives

    @property
    def specificity(self) -> float:
        return self.left / self.negatives


def corrected(share: float, sensitivity: float, specificity: float) -> float | None:
    """Return the true share behind an apparent one; None for a detector that is no better than a coin.

    Rogan and Gladen (1978), American Journal of Epidemiology 107, 71-76.
    """
    informed = sensitivity + specificity - 1
    if informed <= 0:
        return None
    return min(1.0, max(0.0, (share + specificity - 1) / informed))


def interval(
    sessions: Sequence[tuple[int, int]], audit: Audit, *, replicates: int = REPLICATES, seed: int = SEED
) -> tuple[float, float] | None:
    """Return the 95 % interval of the true share, from (retrieved, items) of each session.

    Sessions are drawn again, for items of one session are found together; so is what the audit says of the detector.
    None where there are too few sessions, or the audit says nothing.
    """
    if len(sessions) < FEWEST_SESSIONS or not audit.positives or not audit.negatives:
        return None
    draw = random.Random(seed)  # noqa: S311 - the same numbers each time
    found = []
    for _ in range(replicates):
        drawn = draw.choices(sessions, k=len(sessions))
        items = sum(of for _, of in drawn)
        se = draw.betavariate(audit.found + 0.5, audit.positives - audit.found + 0.5)
        sp = draw.betavariate(audit.left + 0.5, audit.negatives - audit.left + 0.5)
        value = corrected(sum(hits for hits, _ in drawn) / items, se, sp) if items else None
        if value is not None:
            found.append(value)
    if not found:
        return None
    found.sort()
    return found[int(0.025 * len(found))], found[min(len(found) - 1, int(0.975 * len(found)))]


@dataclass(frozen=True)
class Bounds:
    """Between which shares the truth lies, whatever could not be seen.

    `low`: what was surely retrieved. `high`: all but what was surely remembered, for it was used before any way to
    retrieve anything had been opened.
    """

    retrieved: int
    remembered: int
    items: int

    @property
    def low(self) -> float:
        return self.retrieved / self.items if self.items else 0.0

    @property
    def high(self) -> float:
        return 1 - self.remembered / self.items if self.items else 1.0

    @property
    def verdict(self) -> Verdict:
        if self.items < FEWEST_ITEMS or self.low <= HALF <= self.high:
            return Verdict.NOT_IDENTIFIABLE
        return Verdict.RESEARCHING if self.low > HALF else Verdict.REMEMBERING
