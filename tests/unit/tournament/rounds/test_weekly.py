from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.tournament.rounds.weekly import WeeklySchedule

LIVE = WeeklySchedule()
TUESDAY = 1405


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "day"),
    [
        (1264, (2026, 5, 9)),
        (1269, (2026, 5, 16)),
        (1343, (2026, 8, 28)),
        (1404, (2026, 11, 21)),
        (1405, (2026, 11, 24)),
    ],
)
def test_rounds_have_numerais_numbers(number, day):
    assert LIVE.times(number).opens == at(*day, 12)


@pytest.mark.parametrize(
    ("slot", "first", "last_short", "last_long"),
    [(0, 4, 31, 87), (1, 6, 31, 87), (2, 6, 33, 89), (3, 6, 33, 89), (4, 6, 33, 89)],
    ids=["tuesday", "wednesday", "thursday", "friday", "saturday"],
)
def test_scores_come_on_numerais_days(slot, first, last_short, last_long):
    number = TUESDAY + slot
    opens = LIVE.times(number).opens
    days = [(LIVE.scored_at(number, day).date() - opens.date()).days for day in (1, 20, 60)]

    assert days == [first, last_short, last_long]


def test_nothing_is_scored_on_sunday_and_monday():
    weekdays = {LIVE.scored_at(TUESDAY + slot, day).weekday() for slot in range(5) for day in range(1, 61)}

    assert weekdays == {1, 2, 3, 4, 5}


def test_weekday_windows_last_an_hour_and_saturdays_until_sunday():
    lasts = [LIVE.times(n).closes_on_time - LIVE.times(n).opens for n in range(TUESDAY, TUESDAY + 5)]

    assert lasts == [timedelta(hours=1)] * 4 + [timedelta(hours=26)]
    assert LIVE.times(TUESDAY + 4).closes == LIVE.times(TUESDAY + 5).opens


@given(st.integers(-3000, 30_000).map(lambda hours: at(2026, 5, 19) + timedelta(hours=hours)))
def test_the_newest_round_has_opened_and_its_successor_has_not(now):
    number = LIVE.newest(now)

    assert LIVE.times(number).opens <= now < LIVE.times(number + 1).opens


def test_rounds_open_late_but_never_early_nor_shorter_and_the_same_seed_the_same():
    exact, late = WeeklySchedule(), WeeklySchedule(7)
    numbers = range(1400, 1600)
    delays = [late.times(n).opens - exact.times(n).opens for n in numbers]

    assert all(timedelta(0) <= delay <= timedelta(minutes=30) for delay in delays)
    assert timedelta(minutes=4) < sum(delays, timedelta()) / len(delays) < timedelta(minutes=8)
    for n in numbers:
        ours, plain = late.times(n), exact.times(n)
        assert ours.closes_on_time - ours.opens == plain.closes_on_time - plain.opens
        assert late.newest(ours.opens) == n and late.newest(ours.opens - timedelta(seconds=1)) == n - 1
    assert delays == [WeeklySchedule(7).times(n).opens - exact.times(n).opens for n in numbers]
