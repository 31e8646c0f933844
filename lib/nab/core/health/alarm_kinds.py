"""The kinds of alarms. docs/alarms.md tells of each what it means and what to do."""

from __future__ import annotations

from enum import StrEnum

PAGE = "docs/alarms.md"


class AlarmKind(StrEnum):
    """What the key of an alarm begins with; whom and what it is about follows after a colon."""

    LOG = "log"
    TICK = "tick"
    ENGINE = "engine"
    SKEW = "skew"
    DECISION = "decision"
    NUMERAI = "numerai"
    ROWS = "rows"
    UNSETTLED = "unsettled"
    ROUND = "round"
    SCOPES = "scopes"
    STAKING = "staking"
    UNLISTED = "unlisted"
    SCORED = "scored"
    CHANGED = "changed"
    OUTSIDE = "outside"
    CANARY = "canary"
    LATE = "late"
    BOXES = "boxes"
    VAIN = "vain"
    UNREADABLE = "unreadable"
    UNCLASSIFIED = "unclassified"
    FAMILY = "family"
    SYNC = "sync"
    HEALTH = "health"


def of(key: str) -> str:
    """Return the kind of an alarm by its key."""
    return key.partition(":")[0]
