from datetime import UTC, datetime, timedelta

import pytest

from nab.tournament.rounds.calendars import ChangedSchedule, Early, EarlySchedule, LateSchedule, next_moment
from nab.tournament.rounds.schedule import FastSchedule
from nab.tournament.rounds.weekly import WeeklySchedule

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
USUAL = FastSchedule(START, timedelta(seconds=40), timedelta(seconds=34), timedelta(seconds=1))
LATE = LateSchedule(USUAL, {1402: timedelta(seconds=5)})


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_a_round_that_opens_late_leaves_the_one_before_it_the_newest():
    assert LATE.newest(after(44.9)) == 1401
    assert LATE.newest(after(45)) == 1402
    assert LATE.times(1401) == USUAL.times(1401)
    assert LATE.times(1401).closes == after(40)


def test_a_late_round_is_open_as_long_as_the_next_open_allows_and_scored_later_by_as_much():
    assert LATE.times(1402).opens == after(45)
    assert LATE.times(1402).closes_on_time == after(79)
    assert LATE.scored_at(1402, 7) - USUAL.scored_at(1402, 7) == timedelta(seconds=5)

    very = LateSchedule(USUAL, {1402: timedelta(seconds=500)})
    assert very.times(1402).opens == very.times(1402).closes_on_time == after(80)


def test_the_live_calendar_can_be_late_as_numerai_was():
    late = LateSchedule(WeeklySchedule(), {1264: timedelta(minutes=24, seconds=12)})

    assert late.times(1264).opens == datetime(2026, 5, 9, 12, 24, 12, tzinfo=UTC)


@pytest.fixture
def changed() -> ChangedSchedule:
    slower = FastSchedule(
        after(100), timedelta(seconds=60), timedelta(seconds=50), timedelta(seconds=2), first=1404
    )
    return ChangedSchedule([USUAL, slower])


def test_rounds_before_a_change_of_pace_keep_their_times(changed):
    assert changed.times(1402) == USUAL.times(1402)
    assert changed.scored_at(1402, 60) == USUAL.scored_at(1402, 60)
    assert changed.newest(after(90)) == 1403


def test_the_last_round_before_a_change_ends_where_the_first_after_it_opens(changed):
    assert changed.times(1403).opens == after(80)
    assert changed.times(1403).closes == changed.times(1404).opens == after(100)
    assert changed.times(1403).closes_on_time == after(100)
    assert changed.newest(after(99)) == 1403
    assert changed.newest(after(159)) == 1404


EARLY = EarlySchedule(
    USUAL,
    [
        Early(1401, opening=False, by=timedelta(seconds=10)),
        Early(1402, opening=True, by=timedelta(seconds=3)),
    ],
)


def test_a_close_that_comes_early_brings_all_that_lies_ahead_nearer():
    assert EARLY.times(1401).opens == USUAL.times(1401).opens
    assert EARLY.times(1401).closes_on_time == after(24)
    assert EARLY.times(1401).closes == EARLY.times(1402).opens == after(27)
    assert EARLY.times(1402).closes_on_time == after(61)
    assert EARLY.times(1403).opens == EARLY.times(1402).closes == after(67)
    assert [EARLY.newest(after(seconds)) for seconds in (26.9, 27, 66.9, 67)] == [1401, 1402, 1402, 1403]


def test_a_round_whose_close_came_early_is_scored_so_many_days_after_it():
    before = EarlySchedule(USUAL, [Early(1402, opening=False, by=timedelta(seconds=10))])

    assert before.scored_at(1401, 20) == USUAL.scored_at(1401, 20)
    assert USUAL.scored_at(1402, 1) - before.scored_at(1402, 1) == timedelta(seconds=10)
    assert USUAL.scored_at(1403, 60) - before.scored_at(1403, 60) == timedelta(seconds=10)


def test_of_the_rounds_a_close_or_an_opening_comes_next():
    assert next_moment(USUAL, after(33)) == (1401, False, after(34))
    assert next_moment(USUAL, after(34)) == (1402, True, after(40))
    assert next_moment(USUAL, after(40)) == (1402, False, after(74))
