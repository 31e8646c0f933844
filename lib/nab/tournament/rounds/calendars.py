"""Calendars made of others: rounds that open late, and a speed that was changed on the way."""

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
