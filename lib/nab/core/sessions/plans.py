"""What comes after a session. One pure function; no other place decides it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from nab.core import times
from nab.core.facts import Cause, Ending, SessionEnded
from nab.core.levels import Level
from nab.core.runs import Over
from nab.core.sessions.adapters import Kind

SHORTEST, LONGEST = timedelta(seconds=5), timedelta(minutes=15)
MOST_IN_VAIN = 5  # sessions in a row that ended badly without doing anything


class Mode(StrEnum):
    """How a session begins: as the first, where the last one was, or anew because its memory was full."""

    FIRST = "first"
    RESUME = "resume"
    FRESH = "fresh"


@dataclass(frozen=True)
class Go:
    """Start a session, no sooner than `at`, because of what happened before."""

    mode: Mode
    at: datetime
    because: str = ""


def after(level: Level, ended: Sequence[SessionEnded], now: datetime) -> Go | Over:
    """Say what comes after the sessions so far, oldest first."""
    if not ended:
        return Go(Mode.FIRST, now)
    match level:
        case Level.L1 | Level.L2 | Level.L3:
            return final(ended[-1]) or given_up(ended) or again(ended)
        case Level.L4:
            return again(ended)
        case _:
            assert_never(level)


def final(last: SessionEnded) -> Over | None:
    """Recognise the endings after which nothing is tried again."""
    said = f"{last.ending.value}: {last.reason}"
    match last.ending:
        case Kind.DONE:
            return Over(Ending.FINISHED, Cause.AGENT, last.reason)
        case Kind.REFUSAL:
            return Over(Ending.FAILED, Cause.AGENT, said)
        case Kind.AUTH | Kind.BILLING:
            return Over(Ending.FAILED, Cause.HARNESS, said)
        case _:
            return None


def given_up(ended: Sequence[SessionEnded]) -> Over | None:
    """Give up on a program that ends again and again without doing anything; one that has to wait is waited for."""
    last = ended[-1]
    if waits(last.ending) or in_vain(ended) < MOST_IN_VAIN:
        return None
    cause = Cause.UNKNOWN if last.ending is Kind.UNCLASSIFIED else Cause.AGENT
    return Over(Ending.FAILED, cause, f"{MOST_IN_VAIN} times in a row {last.ending.value}: {last.reason}")


def waits(kind: Kind) -> bool:
    """Say whether time alone may help: the provider or the network was the trouble."""
    return kind in {Kind.RATE_LIMIT, Kind.USAGE_LIMIT, Kind.OVERLOAD, Kind.NETWORK}


def in_vain(ended: Sequence[SessionEnded]) -> int:
    """Count the sessions since the last one that was done or called a tool."""
    count = 0
    for one in reversed(ended):
        if one.ending is Kind.DONE or one.calls:
            break
        count += 1
    return count


def again(ended: Sequence[SessionEnded]) -> Go:
    """Go on: at the time that was named, or after a while that grows as long as nothing is done."""
    last = ended[-1]
    soonest = times.parse(last.ended) + pause(in_vain(ended))
    named = times.parse(last.retry_at) if last.retry_at else soonest
    return Go(mode(ended), max(soonest, named), last.ending.value)


def pause(times_in_vain: int) -> timedelta:
    """Return how long to wait: 5 seconds, twice as long after every failure, 15 minutes at most."""
    return min(LONGEST, SHORTEST * (1 << min(times_in_vain, 10)))


def mode(ended: Sequence[SessionEnded]) -> Mode:
    """Say how the next session begins. A program that never named a conversation has none to resume."""
    if ended[-1].ending is Kind.CONTEXT_OVERFLOW:
        return Mode.FRESH
    return Mode.RESUME if ended[-1].conversation else Mode.FIRST
