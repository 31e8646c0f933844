"""Calendars that went on at once, or stood still: what has been stays, and what lies ahead comes to the clock."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from nab.tournament.rounds.jumps import Jump, JumpingSchedule, Jumps
from nab.tournament.rounds.schedule import FastSchedule

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
USUAL = FastSchedule(START, timedelta(hours=10), timedelta(hours=9), timedelta(hours=1))
AN_HOUR = timedelta(hours=1)


def after(hours: float) -> datetime:
    return START + hours * AN_HOUR


def made(*jumps: tuple[float, float]) -> Jumps:
    """Return jumps: at so many hours of the clock, by so many hours."""
    found = Jumps()
    for clock, by in jumps:
        found.add(Jump(found.calendar_time(after(clock)), by * AN_HOUR))
    return found


def test_without_a_jump_the_calendar_is_as_usual():
    schedule = JumpingSchedule(USUAL, Jumps())

    assert schedule.times(1402) == USUAL.times(1402)
    assert schedule.newest(after(11)) == 1402


def test_a_jump_over_a_close_and_an_opening_has_both_come_then_and_what_follows_sooner():
    schedule = JumpingSchedule(USUAL, made((2, 8)))

    assert schedule.times(1401).opens == START
    assert schedule.times(1401).closes_on_time == schedule.times(1402).opens == after(2)
    assert schedule.times(1402).closes_on_time == after(11)
    assert (schedule.newest(after(1.9)), schedule.newest(after(2))) == (1401, 1402)


def test_what_has_been_before_a_jump_is_told_as_ever_and_scores_ahead_come_with_it():
    schedule = JumpingSchedule(USUAL, made((13.5, 2)))

    assert schedule.scored_at(1401, 1) == after(13)
    assert [schedule.scored_at(1401, day) for day in (2, 3)] == [after(13.5), after(13.5)]
    assert schedule.scored_at(1401, 4) == after(14)


def test_what_lies_ahead_of_a_calendar_that_stood_still_comes_later_by_as_long():
    jumps = made((2, -100))
    schedule = JumpingSchedule(USUAL, jumps)

    assert schedule.times(1401).opens == START
    assert schedule.times(1401).closes_on_time == after(109)
    assert jumps.calendar_time(after(50)) == jumps.calendar_time(after(102)) == after(2)
    assert schedule.newest(after(109.9)) == 1401


def test_one_jump_right_after_another_goes_on_from_there():
    schedule = JumpingSchedule(USUAL, made((2, 7), (2, 1), (3, 9)))

    assert schedule.times(1401).closes_on_time == schedule.times(1402).opens == after(2)
    assert schedule.times(1402).closes_on_time == after(3)
    assert schedule.times(1403).opens == after(3)


STEPS = st.lists(st.tuples(st.integers(0, 40), st.integers(-30, 60).filter(bool)), max_size=8)


def clocks(steps) -> Jumps:
    """Make jumps as they can be made: each when the calendar has come out of the one before."""
    found, now = Jumps(), START
    for waited, by in steps:
        now += waited * AN_HOUR
        found.add(Jump(found.calendar_time(now), by * AN_HOUR))
        now += max(-by, 0) * AN_HOUR
    return found


@given(STEPS, st.integers(0, 400), st.integers(0, 600))
def test_something_has_come_by_the_clock_exactly_when_it_has_by_the_calendar(steps, clock, due):
    jumps = clocks(steps)
    now, planned = after(clock), after(due)

    assert (jumps.clock_time(planned) <= now) == (planned <= jumps.calendar_time(now))


@given(STEPS, st.integers(0, 600))
def test_a_further_jump_changes_nothing_that_has_been(steps, due):
    before, now = clocks(steps), after(300)
    planned = after(due)
    told = before.clock_time(planned)
    later = Jumps.of([*before.made, Jump(before.calendar_time(now), 5 * AN_HOUR)])

    assert later.clock_time(planned) == told or told > now
