"""Working and waiting, apart: how long an agent worked, and how long it had to wait and for what.

A run's time, from the start of its box to its end, is cut into its sessions and what lies between them. A session is
work, but for the seconds in which its program slept because its provider had turned it away. What lies between two
sessions is waiting for what the first of them ended with. A control has no sessions: all of its time is work.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from nab.core.facts import RunEnded, RunIntended, RunStarted, SessionEnded, SessionEnding, SessionStarted
from nab.core.intervals import Interval
from nab.core.log.events import Event
from nab.core.text import times


class WaitReason(StrEnum):
    """What was waited for."""

    STARTING = "starting"  # before the first session
    QUOTA = "quota"  # the provider gave nothing, for now
    NETWORK = "network"
    BACKOFF = "backoff"  # anything else between two sessions


REASONS = {
    SessionEnding.RATE_LIMIT: WaitReason.QUOTA,
    SessionEnding.USAGE_LIMIT: WaitReason.QUOTA,
    SessionEnding.OVERLOAD: WaitReason.QUOTA,
    SessionEnding.NETWORK: WaitReason.NETWORK,
}


@dataclass(frozen=True)
class Spent:
    """Seconds of a run: `working` and everything in `waiting`, by reason, make up `wall`."""

    working: float
    waiting: dict[str, float]
    wall: float


@dataclass(frozen=True)
class SessionTime:
    """A session: from when to when (None: it goes on), how it ended, how long its program slept."""

    began: datetime
    ended: datetime | None = None
    kind: SessionEnding | None = None
    quiet: float = 0.0


def spent(run_events: Iterable[Event], now: datetime, quiet: float = 0.0) -> Spent:
    """Fold a run's events, in their order, into how its time was spent up to `now` (with a zone) or its end.

    `quiet` is how long (seconds) the program of a session that still goes on has slept so far.
    """
    events = list(run_events)
    began = start_of(events)
    if began is None:
        return Spent(0.0, {}, 0.0)
    ended = max(began, end_of(events) or now)
    sessions = sessions_of(events, quiet)
    wall = (ended - began).total_seconds()
    if not sessions and is_control(events):
        return Spent(wall, {}, wall)
    working, waiting, here = 0.0, dict.fromkeys(map(str, WaitReason), 0.0), began
    reason = WaitReason.STARTING
    for number, one in enumerate(sessions):
        following = sessions[number + 1].began if number + 1 < len(sessions) else ended
        first = Interval(here, ended).nearest(one.began)
        last = Interval(first, ended).nearest(one.ended or following)
        waiting[reason] += (first - here).total_seconds()
        slept = min(max(0.0, one.quiet), (last - first).total_seconds())
        waiting[WaitReason.QUOTA] += slept
        working += (last - first).total_seconds() - slept
        here = last
        reason = REASONS.get(one.kind, WaitReason.BACKOFF) if one.kind else WaitReason.BACKOFF
    waiting[reason] += (ended - here).total_seconds()
    return Spent(working, {name: seconds for name, seconds in waiting.items() if seconds > 0}, wall)


def is_control(events: Iterable[Event]) -> bool:
    """Say whether a run is one of an agent without a language model."""
    return any(isinstance(event.fact, RunIntended) and not event.fact.llm for event in events)


def start_of(events: Iterable[Event]) -> datetime | None:
    """Return when a run's box was started; None when it never was."""
    for event in events:
        if isinstance(event.fact, RunStarted):
            return times.parse(event.fact.started_at)
    return None


def end_of(events: Iterable[Event]) -> datetime | None:
    """Return when a run ended: when its box did or, where nobody knows, when that was noticed."""
    for event in events:
        if isinstance(event.fact, RunEnded):
            return times.parse(event.fact.finished_at or event.valid)
    return None


def sessions_of(events: Iterable[Event], quiet: float) -> list[SessionTime]:
    """Return a run's sessions, the first one first. One whose end is not known goes on to the next one's start."""
    found: dict[str, SessionTime] = {}
    for event in events:
        match event.fact:
            case SessionStarted(session=name):
                found.setdefault(name, SessionTime(times.parse(event.valid), quiet=quiet))
            case SessionEnded(session=name) as fact:
                # Our own clock says when it began, where the log has that: the box's files are the agent's.
                began = found[name].began if name in found else times.parse(fact.began)
                ended = Interval(began, max(began, times.parse(event.known))).nearest(times.parse(fact.ended))
                found[name] = SessionTime(began, ended, fact.ending, fact.quiet_seconds)
    sessions = sorted(found.values(), key=lambda one: one.began)
    # What sleeps now is the last one, if any.
    return [replace(one, quiet=0.0) if one.ended is None else one for one in sessions[:-1]] + sessions[-1:]
