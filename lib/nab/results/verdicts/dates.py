"""When a family's verdicts can be known: its next look, and the date that a gap needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from nab.results.statistics.power import rounds_needed, verdict_date
from nab.results.verdicts.registration import Registration

GAPS = (0.003, 0.005, 0.010)
TYPICAL_SD = 0.012  # of the paired difference in a round; before a pair has its own


class Needed(msgspec.Struct, frozen=True, kw_only=True):
    """What a gap needs: rounds, and the date on which that many could be final; no date where the season is shorter."""

    gap: float
    rounds: int
    by: date | None


def enough(
    registration: Registration,
    start: date,
    sd: float = TYPICAL_SD,
    miss: float = 0.0,
    gaps: Sequence[float] = GAPS,
) -> list[Needed]:
    """Return what each gap needs at the last look, among all pairs of the family.

    What a season cannot reach has no date.
    """
    alpha = registration.alphas[-1] / registration.m
    season = registration.last - registration.first + 1
    found = []
    for gap in gaps:
        rounds = rounds_needed(gap, sd, alpha, horizon=registration.horizon)
        reached = rounds <= season * (1 - miss)
        found.append(
            Needed(gap=gap, rounds=rounds, by=verdict_date(start, rounds, miss) if reached else None)
        )
    return found


def next_look(
    registration: Registration, start: date, seen: int, miss: float = 0.0
) -> tuple[int, date] | None:
    """Return how many shared rounds the next look needs, and when they could be final; None after the last one."""
    due = next((one for one in registration.looks if one > seen), None)
    return None if due is None else (due, verdict_date(start, due, miss))
