"""What happens in a tournament, and when: rounds open, close and are scored. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from nab.core.text import times
from nab.tournament.rounds import schedule as calendar
from nab.tournament.rounds.schedule import LONG_DAYS, SHORT_DAYS, Schedule


class Until(StrEnum):
    """What somebody wants to go on to: the next of its kind."""

    OPEN = "open"
    CLOSED = "closed"
    SCORED = "scored"
    RESOLVED = "resolved"


@dataclass(frozen=True)
class Moment:
    """Something that happens to a round: it opens, it closes on time, or it gets the scores of a day."""

    due: datetime
    round: int
    what: Until
    day: int = 0


def of_round(schedule: Schedule, number: int) -> Iterator[Moment]:
    """Yield everything that happens to a round. Its first scores and its last have kinds of their own."""
    window = schedule.times(number)
    yield Moment(window.opens, number, Until.OPEN)
    yield Moment(window.closes_on_time, number, Until.CLOSED)
    for day in range(1, LONG_DAYS + 1):
        yield Moment(schedule.scored_at(number, day), number, Until.SCORED, day)


def between(schedule: Schedule, rounds: Iterable[int], after: datetime, until: datetime) -> list[Moment]:
    """Return what happens after one instant and not after another, in order."""
    happens = (moment for number in rounds for moment in of_round(schedule, number))
    return sorted((one for one in happens if after < one.due <= until), key=lambda one: one.due)


def following(schedule: Schedule, unfinished: range, now: datetime, until: Until | None) -> datetime:
    """Return when the next event is, or the next of a kind. `unfinished` ends with the round that opens next."""
    candidates = []
    for number in unfinished:
        window, days = schedule.times(number), calendar.days_scored(schedule, number, now)
        coming = {
            Until.OPEN: window.opens,
            Until.CLOSED: window.closes_on_time,
            Until.SCORED: schedule.scored_at(number, 1),
            Until.RESOLVED: calendar.resolves(schedule, number),
        }
        wanted = [coming[until]] if until else list(coming.values())
        if until is None and days < LONG_DAYS:
            wanted.append(schedule.scored_at(number, days + 1))
        candidates += [at for at in wanted if at > now]
    return min(candidates)


def described(passed: Iterable[Moment], at: datetime) -> list[str]:
    """Tell what came at an instant, a line for each: also when it was to come, where that was later."""
    days: dict[int, list[int]] = {}
    lines: dict[tuple[int, Until], str] = {}
    for one in passed:
        if one.what is Until.SCORED:
            days.setdefault(one.round, []).append(one.day)
            lines[one.round, one.what] = scored(one.round, days[one.round])
        else:
            lines[one.round, one.what] = moved(one, at)
    return list(lines.values())


def moved(one: Moment, at: datetime) -> str:
    """Tell of an opening or a close."""
    did, would = ("opened", "open") if one.what is Until.OPEN else ("closed", "close")
    line = f"round {one.round} {did} at {times.text(min(one.due, at))}"
    return line if one.due <= at else f"{line}; it was to {would} at {times.text(one.due)}"


def scored(number: int, days: list[int]) -> str:
    """Tell of the days on which a round was scored."""
    last = SHORT_DAYS if days[-1] <= SHORT_DAYS else LONG_DAYS
    which = f"day {days[0]}" if len(days) == 1 else f"days {days[0]} to {days[-1]}"
    return f"round {number}: scoring {which} of {last}"
