"""Calendars made of others: rounds that open late, what came early, and a speed that was changed on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from nab.tournament.rounds.schedule import FastSchedule, RoundTimes, Schedule


@dataclass(frozen=True)
class LateSchedule:
    """A calendar of which some rounds open late; until then there is no open round."""

    usual: Schedule
    late: Mapping[int, timedelta]

    def times(self, number: int) -> RoundTimes:
        usual, late = self.usual.times(number), self.late.get(number)
        if late is None:
            return usual
        opens = min(usual.opens + late, usual.closes)
        closes_on_time = min(usual.closes_on_time + late, usual.closes)
        return replace(usual, opens=opens, closes_on_time=closes_on_time)

    def newest(self, now: datetime) -> int:
        number = self.usual.newest(now)
        while now < self.times(number).opens:
            number -= 1
        return number

    def scored_at(self, number: int, day: int) -> datetime:
        shift = self.times(number).closes_on_time - self.usual.times(number).closes_on_time
        return self.usual.scored_at(number, day) + shift


@dataclass(frozen=True)
class Early:
    """Something of a round that came earlier than it was to: its opening, or its close with all uploads on time."""

    round: int
    opening: bool
    by: timedelta


@dataclass(frozen=True)
class EarlySchedule:
    """A calendar of which something came early, and with it all that lay ahead of it. What has been stays as it was."""

    usual: Schedule
    early: Sequence[Early]

    def times(self, number: int) -> RoundTimes:
        usual = self.usual.times(number)
        opens = usual.opens - self.by(number, closed=False)
        closes_on_time = usual.closes_on_time - self.by(number, closed=True)
        return RoundTimes(number, opens, closes_on_time, usual.closes - self.by(number + 1, closed=False))

    def by(self, number: int, *, closed: bool) -> timedelta:
        """Return how much earlier a round opens, or closes."""
        ahead = (
            one.by
            for one in self.early
            if one.round < number or (one.round == number and (closed or one.opening))
        )
        return sum(ahead, timedelta())

    def newest(self, now: datetime) -> int:
        number = self.usual.newest(now + sum((one.by for one in self.early), timedelta()))
        while now < self.times(number).opens:
            number -= 1
        return number

    def scored_at(self, number: int, day: int) -> datetime:
        return self.usual.scored_at(number, day) - self.by(number, closed=True)


def next_moment(schedule: Schedule, now: datetime) -> tuple[int, bool, datetime]:
    """Return what comes next of the rounds themselves: whose, whether it is an opening, and when."""
    newest = schedule.newest(now)
    closes = schedule.times(newest).closes_on_time
    if now < closes:
        return newest, False, closes
    return newest + 1, True, schedule.times(newest + 1).opens


@dataclass(frozen=True)
class ChangedSchedule:
    """One fast calendar after another, by their first rounds."""

    parts: Sequence[FastSchedule]

    def part(self, number: int) -> int:
        """Return the place of the calendar that a round belongs to."""
        places = [place for place, part in enumerate(self.parts) if part.first <= number]
        return places[-1] if places else 0

    def times(self, number: int) -> RoundTimes:
        place = self.part(number)
        usual = self.parts[place].times(number)
        if place + 1 == len(self.parts) or number + 1 < self.parts[place + 1].first:
            return usual
        ends = max(usual.opens, self.parts[place + 1].started)
        return replace(usual, closes_on_time=min(usual.closes_on_time, ends), closes=ends)

    def newest(self, now: datetime) -> int:
        begun = [part for part in self.parts if part.started <= now] or self.parts[:1]
        return begun[-1].newest(now)

    def scored_at(self, number: int, day: int) -> datetime:
        return self.parts[self.part(number)].scored_at(number, day)
