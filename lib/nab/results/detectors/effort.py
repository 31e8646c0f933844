"""Where a run's time went: seconds of one kind each, which add up to its wall time."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise

from nab.core.intervals import Interval, length, merged, without
from nab.results.detectors.records import Run, Sample, intervals

VERSION = 1
BUSY = 0.5  # processors


class Effort(StrEnum):
    """What a second was; where two would fit, the first of this list."""

    PAUSED = "paused"
    QUOTA = "quota"
    WINDOW = "window"
    THINKING = "thinking"
    TRAINING = "training"
    TOOL = "tool"
    IDLE = "idle"
    DEAD = "dead"


def of_run(run: Run) -> dict[Effort, float]:
    """Return a run's seconds by kind."""
    wall = Interval(run.began, max(run.began, run.until))
    tools = [
        Interval(one.at, one.until) for one in run.calls if one.until is not None and one.until >= one.at
    ]
    busy = working(run.samples)
    kinds = (
        (Effort.PAUSED, intervals(run.paused)),
        (Effort.QUOTA, intervals(run.quota)),
        (Effort.WINDOW, intervals(run.windows)),
        (Effort.THINKING, [Interval(one.at, one.until) for one in run.models]),
        (Effort.TRAINING, busy),
        (Effort.TOOL, tools),
        (Effort.IDLE, run.awake),
    )
    left = [wall]
    found: dict[Effort, float] = {}
    for kind, theirs in kinds:
        rest = without(left, merged(theirs))
        found[kind] = length(left) - length(rest)
        left = rest
    found[Effort.DEAD] = wall.seconds - sum(found.values())
    return found


def working(samples: Sequence[Sample]) -> list[Interval[float]]:
    """Return when a box used half a processor or more."""
    found = []
    for one, following in pairwise(samples):
        used, passed = following.cpu_seconds - one.cpu_seconds, following.at - one.at
        if passed > 0 and used >= BUSY * passed:
            found.append(Interval(one.at, following.at))
    return merged(found)
