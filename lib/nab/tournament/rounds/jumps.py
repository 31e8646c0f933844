"""Calendars that went on at once when somebody did not want to wait, or stood still. What has been stays as it was."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from nab.tournament.rounds.schedule import RoundTimes, Schedule


@dataclass(frozen=True)
class Jump:
    """At `at` of its own time a calendar went on by so much at once. Below zero, it stood still for so long."""

    at: datetime
    by: timedelta


@dataclass
class Jumps:
    """Every jump of a calendar, the oldest first: each begins where the one before has ended, or later."""

    made: list[Jump] = field(default_factory=list)
    totals: list[timedelta] = field(default_factory=lambda: [timedelta()])

    @classmethod
    def of(cls, made: Iterable[Jump]) -> Jumps:
        jumps = cls()
        for jump in made:
            jumps.add(jump)
        return jumps

    def add(self, jump: Jump) -> None:
        """Note one more."""
        self.totals.append(self.totals[-1] + jump.by)
        self.made.append(jump)

    def calendar_time(self, now: datetime) -> datetime:
        """Return what the calendar counts at an instant of the clock."""
        place = bisect_right(range(len(self.made)), now, key=lambda one: self.made[one].at - self.totals[one])
        if not place:
            return now
        return max(self.made[place - 1].at, now + self.totals[place])

    def clock_time(self, due: datetime) -> datetime:
        """Return when something comes that the calendar has at an instant of its own.

        What was jumped over came at the jump.
        """
        place = bisect_left(self.made, due, key=lambda one: one.at)
        if not place:
            return due
        last = self.made[place - 1]
        return due - self.totals[place - 1] - min(last.by, due - last.at)


@dataclass(frozen=True)
class JumpingSchedule:
    """A calendar with jumps: the clock stays, and what lies ahead comes to it."""

    usual: Schedule
    jumps: Jumps

    def times(self, number: int) -> RoundTimes:
        usual, told = self.usual.times(number), self.jumps.clock_time
        return RoundTimes(number, told(usual.opens), told(usual.closes_on_time), told(usual.closes))

    def newest(self, now: datetime) -> int:
        return self.usual.newest(self.jumps.calendar_time(now))

    def scored_at(self, number: int, day: int) -> datetime:
        return self.jumps.clock_time(self.usual.scored_at(number, day))
