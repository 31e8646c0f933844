"""What all facts have in common."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Cause(StrEnum):
    """Whose doing it was. A miss that we caused never counts against an agent."""

    AGENT = "agent"
    HARNESS = "harness"
    NUMERAI = "numerai"
    UNKNOWN = "unknown"


class RunEnding(StrEnum):
    """How a run ended."""

    FINISHED = "finished"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    STOPPED = "stopped"
    ORPHANED = "orphaned"


class SessionEnding(StrEnum):
    """How a session ended. `done` is the only success; `unclassified` alarms."""

    DONE = "done"
    RATE_LIMIT = "rate_limit"
    USAGE_LIMIT = "usage_limit"
    AUTH = "auth"
    BILLING = "billing"
    OVERLOAD = "overload"
    NETWORK = "network"
    CONTEXT_OVERFLOW = "context_overflow"
    REFUSAL = "refusal"
    EMPTY_TURN = "empty_turn"
    CRASH = "crash"
    OUT_OF_MEMORY = "out_of_memory"
    KILLED = "killed"
    UNCLASSIFIED = "unclassified"


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", kw_only=True):
    """Something that was seen or decided."""


def tag(kind: type[Fact] | Fact) -> str:
    """Name a kind of fact as events do."""
    return str(kind.__struct_config__.tag)


def tags(*kinds: type[Fact]) -> frozenset[str]:
    """Name several."""
    return frozenset(map(tag, kinds))
