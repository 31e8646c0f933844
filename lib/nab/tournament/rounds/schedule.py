"""When rounds open, close and are scored. Pure: the time is always an argument."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from nab.core.text import times

SHORT_DAYS = 20
LONG_DAYS = 60
FIRST_ROUND = 1401


@dataclass(frozen=True)
class RoundTimes:
    """One round's window. Uploads count as on time until `closes_on_time`, as late until `closes`."""

    number: int
    opens: datetime
    closes_on_time: datetime
    closes: datetime


class Schedule(Protocol):
    """The calendar of a tournament."""

    def times(self, number: int) -> RoundTimes:
        """Return the window of a round."""

    def newest(self, now: datetime) -> int:
        """Return the newest round that has opened."""

    def scored_at(self, number: int, day: int) -> datetime:
        """Return the instant at which a round gets its scores of that day, 1 to 60."""


@dataclass(frozen=True)
class FastSchedule:
    """A round every few seconds from `started` on, so that weeks of tournament fit into an hour."""

    started: datetime
    rounds_every: timedelta
    window: timedelta
    scoring_day: timedelta
    first_score_lag: int = 4
    first: int = FIRST_ROUND

    def times(self, number: int) -> RoundTimes:
        opens = self.started + (number - self.first) * self.rounds_every
        return RoundTimes(number, opens, opens + self.window, opens + self.rounds_every)

    def newest(self, now: datetime) -> int:
        return self.first + (now - self.started) // self.rounds_every

    def scored_at(self, number: int, day: int) -> datetime:
        days = self.first_score_lag + day - 1
        return self.times(number).closes_on_time + days * self.scoring_day


def days_scored(schedule: Schedule, number: int, now: datetime) -> int:
    """Return how many scoring days a round has behind it, 0 to 60."""
    days = range(1, LONG_DAYS + 1)
    return bisect_right(days, now, key=lambda day: schedule.scored_at(number, day))


def resolves(schedule: Schedule, number: int) -> datetime:
    """Return the instant of a round's last score."""
    return schedule.scored_at(number, LONG_DAYS)


def standing(schedule: Schedule, now: datetime) -> str:
    """Say which round is open and until when, or which opens next and when."""
    newest = schedule.newest(now)
    closes, opens = schedule.times(newest).closes_on_time, schedule.times(newest + 1).opens
    if now < closes:
        return f"round {newest} is open, on time until {times.text(closes)}"
    return f"round {newest} is closed; round {newest + 1} opens at {times.text(opens)}"


def status(schedule: Schedule, number: int, now: datetime) -> str:
    """Return Numerai's word for where a round stands."""
    window = schedule.times(number)
    if now < window.opens:
        return "UPCOMING"
    if now < window.closes:
        return "OPEN"
    return "RESOLVED" if now >= resolves(schedule, number) else "RESOLVING"
