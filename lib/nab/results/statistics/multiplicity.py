"""Many hypotheses at once: Holm's step-down test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Adjusted:
    """A p value adjusted for the family, and whether its hypothesis is rejected."""

    p: float
    rejected: bool


def holm(values: Sequence[float], alpha: float) -> list[Adjusted]:
    """Adjust p values at a family-wise error of alpha.

    Holm (1979), Scandinavian Journal of Statistics 6, 65-70: valid however the tests depend on each other.
    """
    m = len(values)
    found = [Adjusted(1.0, rejected=False)] * m
    running, rejecting = 0.0, True
    for place, i in enumerate(sorted(range(m), key=lambda i: values[i])):
        running = max(running, min(1.0, (m - place) * values[i]))
        rejecting = rejecting and values[i] <= alpha / (m - place)
        found[i] = Adjusted(running, rejecting)
    return found
