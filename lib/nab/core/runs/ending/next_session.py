"""What comes after a session. One pure function; no other place decides it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from nab.core.facts import Cause, RunEnding, SessionEnded, SessionEnding
from nab.core.levels import Level, row
from nab.core.text import times

SHORTEST, LONGEST = timedelta(seconds=5), timedelta(minutes=15)
SPREAD = 0.25  # a pause is up to so much longer, so that those who were turned away together do not come back together
LATEST_START = timedelta(minutes=1)  # so much later than a named time somebody may come, for the same reason
LONGEST_WAIT = timedelta(hours=6)  # for a time that was named: it may have been misread
LASTING = timedelta(minutes=10)
MOST_IN_VAIN = 5  # sessions in a row that ended badly without doing anything
MOST_TRIED = 2  # times that a conversation is resumed in vain


class Mode(StrEnum):
    """How a session begins: as the first, where the last one was, or anew because the memory of it is full or lost."""

    FIRST = "first"
    RESUME = "resume"
    FRESH = "fresh"


@dataclass(frozen=True)
class Go:
    """Start a session, no sooner than `at`, because of what happened before; to resume, `conversation` is which."""

    mode: Mode
    at: datetime
    because: str = ""
    conversation: str = ""


@dataclass(frozen=True)
class Over:
    """How a run ended, whose doing it was, and why. `taken`: its box was taken from it, and not by what ran in it."""

    ending: RunEnding
    cause: Cause
    reason: str
    taken: bool = False


def after(level: Level, ended: Sequence[SessionEnded], now: datetime) -> Go | Over:
    """Say what comes after the sessions so far, oldest first."""
    if not ended:
        return Go(Mode.FIRST, now)
    if row(level).endless:
        return again(ended)
    return final(ended[-1]) or given_up(ended) or again(ended)


def final(last: SessionEnded) -> Over | None:
    """Recognise the endings after which nothing is tried again."""
    said = f"{last.ending.value}: {last.reason}"
    match last.ending:
        case SessionEnding.DONE:
            return Over(RunEnding.FINISHED, Cause.AGENT, last.reason)
        case SessionEnding.REFUSAL:
            return Over(RunEnding.FAILED, Cause.AGENT, said)
        case SessionEnding.AUTH | SessionEnding.BILLING:
            return Over(RunEnding.FAILED, Cause.HARNESS, said)
        case _:
            return None


def given_up(ended: Sequence[SessionEnded]) -> Over | None:
    """Give up on a program that ends again and again without doing anything; one that has to wait is waited for."""
    last = ended[-1]
    if waits(last.ending) or in_vain(ended) < MOST_IN_VAIN:
        return None
    cause = Cause.UNKNOWN if last.ending is SessionEnding.UNCLASSIFIED else Cause.AGENT
    return Over(RunEnding.FAILED, cause, f"{MOST_IN_VAIN} times in a row {last.ending.value}: {last.reason}")


def waits(kind: SessionEnding) -> bool:
    """Say whether time alone may help: the provider or the network was the trouble."""
    return kind in {
        SessionEnding.RATE_LIMIT,
        SessionEnding.USAGE_LIMIT,
        SessionEnding.OVERLOAD,
        SessionEnding.NETWORK,
    }


def in_vain(ended: Sequence[SessionEnded]) -> int:
    """Count the sessions since the last one that was done or called a tool."""
    return count_back(ended, lambda one: one.ending is SessionEnding.DONE or one.calls > 0)


def again(ended: Sequence[SessionEnded]) -> Go:
    """Go on: at the time that was named, or after a while that grows as long as no session lasts."""
    last = ended[-1]
    chance = drawn(f"{last.conversation} {last.session} {last.ended}")
    soonest = times.parse(last.ended) + pause(count_back(ended, lasted), chance)
    latest = times.parse(last.ended) + LONGEST_WAIT
    named = (
        later(times.parse(last.ended), min(times.parse(last.retry_at), latest), chance)
        if last.retry_at
        else soonest
    )
    conversation = resumable(ended)
    worked = any(one.said or one.calls for one in ended)
    mode = Mode.RESUME if conversation else Mode.FRESH if worked else Mode.FIRST
    return Go(mode, max(soonest, named), last.ending.value, conversation)


def pause(short: int, chance: float) -> timedelta:
    """Return how long to wait after so many short starts in a row: 5 s, then twice as long, 15 minutes at most.

    `chance`, from 0 to 1, makes it longer by up to a quarter.
    """
    doubled = SHORTEST * (1 << min(max(0, short - 1), 10))
    return min(LONGEST / (1 + SPREAD), doubled) * (1 + SPREAD * chance)


def later(began: datetime, named: datetime, chance: float) -> datetime:
    """Return a moment soon after a named time: up to a quarter of the wait for it later, a minute at most."""
    return named + min(LATEST_START, max(timedelta(), named - began) * SPREAD) * chance


def drawn(name: str) -> float:
    """Draw a number from 0 to 1 that is the same whoever draws it for that name: a decision follows from the log."""
    return int.from_bytes(sha256(name.encode()).digest()[:4]) / 2**32


def lasted(one: SessionEnded) -> bool:
    """Say whether a session went on for long enough that the next one need not be held back."""
    return times.parse(one.ended) - times.parse(one.began) >= LASTING


def resumable(ended: Sequence[SessionEnded]) -> str:
    """Return the conversation to go on with, or nothing where there is none.

    Where no model ever answered there is nothing to resume: not every program keeps such a conversation. One that was
    resumed in vain twice is given up, unless the provider was the trouble; and so is one that is full.
    """
    full = {one.conversation for one in ended if one.ending is SessionEnding.CONTEXT_OVERFLOW}
    tried = 0
    for one in reversed(ended):
        if one.said or one.calls:
            return "" if one.conversation in full else one.conversation
        tried += not waits(one.ending)
        if tried > MOST_TRIED:
            return ""
    return ""


def count_back(ended: Sequence[SessionEnded], stops: Callable[[SessionEnded], bool]) -> int:
    """Count the sessions since the last one of which this holds."""
    return next((number for number, one in enumerate(reversed(ended)) if stops(one)), len(ended))
