"""Where a run stands. Imports little: a light door tells of it."""

from __future__ import annotations

from enum import StrEnum


class RunState(StrEnum):
    """Where a run stands. Only `ended` is final.

    An orphaned run has lost its box without our doing and goes on in a new start of it. Whoever cares for a run brings
    it to its next state; a run that nobody cares for is adopted by the next tick.
    """

    QUEUED = "queued"
    STARTING = "starting"
    RUNNING = "running"
    ORPHANED = "orphaned"
    STOPPING = "stopping"
    ENDED = "ended"
