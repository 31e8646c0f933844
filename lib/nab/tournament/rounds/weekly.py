"""Numerai's own calendar: five rounds a week, Tuesday to Saturday, opening at 12:00 UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from math import log

from nab.tournament.rounds.schedule import RoundTimes

# Round 1270 opened on this Tuesday; five rounds a week since, none skipped.
KNOWN_ROUND = 1270
KNOWN_TUESDAY = date(2026, 5, 19)
ROUNDS_A_WEEK = 5
SATURDAY = 4
OPENS = time(12, tzinfo=UTC)
SCORED = time(20, tzinfo=UTC)
USUALLY_LATE = timedelta(minutes=6)
LATEST = timedelta(minutes=30)
DAYS_TO_FIRST_SCORE = (4, 6, 6, 6, 6)


def opening_date(number: int) -> date:
    """Return the day on which a round opens."""
    weeks, slot = divmod(number - KNOWN_ROUND, ROUNDS_A_WEEK)
    return KNOWN_TUESDAY + timedelta(weeks=weeks, days=slot)


def round_on(day: date) -> int:
    """Return the newest round whose opening day is not after that day."""
    weeks, days = divmod((day - KNOWN_TUESDAY).days, 7)
    return KNOWN_ROUND + weeks * ROUNDS_A_WEEK + min(days, SATURDAY)


def scoring_date(first: date, day: int) -> date:
    """Return the day-th scoring day, counted from the first; there are none on Sunday and Monday."""
    weeks, slot = divmod((first - KNOWN_TUESDAY).days, 7)
    more_weeks, slot = divmod(slot + day - 1, ROUNDS_A_WEEK)
    return KNOWN_TUESDAY + timedelta(weeks=weeks + more_weeks, days=slot)


def lateness(seed: int, number: int) -> timedelta:
    """Return how late a round opens: some minutes, now and then half an hour, never early.

    Numerai promises "not before 12:00"; round 1264 opened at 12:24:12. Nobody has published the spread.
    """
    drawn = int.from_bytes(sha256(f"lateness {seed} {number}".encode()).digest()[:8]) / 2**64
    return min(timedelta(seconds=round(-log(1 - drawn) * USUALLY_LATE.total_seconds())), LATEST)


@dataclass(frozen=True)
class WeeklySchedule:
    """The real calendar: on the minute without a seed, with one as late as Numerai's rounds open."""

    seed: int | None = None

    def times(self, number: int) -> RoundTimes:
        opens = datetime.combine(opening_date(number), OPENS)
        if self.seed is not None:
            opens += lateness(self.seed, number)
        on_saturday = (number - KNOWN_ROUND) % ROUNDS_A_WEEK == SATURDAY
        stays_open = timedelta(hours=26 if on_saturday else 1)
        closes = datetime.combine(opening_date(number + 1), OPENS)  # the next may be late: then there is none
        return RoundTimes(number, opens, opens + stays_open, closes)

    def newest(self, now: datetime) -> int:
        number = round_on(now.date())
        return number if self.times(number).opens <= now else number - 1

    def scored_at(self, number: int, day: int) -> datetime:
        lag = DAYS_TO_FIRST_SCORE[(number - KNOWN_ROUND) % ROUNDS_A_WEEK]
        first = opening_date(number) + timedelta(days=lag)
        return datetime.combine(scoring_date(first, day), SCORED)
