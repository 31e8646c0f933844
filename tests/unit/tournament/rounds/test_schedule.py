from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from nab.tournament.rounds.schedule import FIRST_ROUND, FastSchedule, days_scored, status

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
FAST = FastSchedule(START, timedelta(seconds=40), timedelta(seconds=34), timedelta(seconds=1.5))
SECONDS = st.floats(min_value=0, max_value=1e6).map(lambda seconds: timedelta(seconds=seconds))


def test_the_first_round_opens_at_the_start():
    times = FAST.times(FIRST_ROUND)

    assert times.opens == START
    assert times.closes_on_time == START + timedelta(seconds=34)
    assert times.closes == START + timedelta(seconds=40) == FAST.times(FIRST_ROUND + 1).opens


@given(SECONDS)
def test_the_newest_round_has_opened_and_its_successor_has_not(passed):
    number = FAST.newest(START + passed)

    assert FAST.times(number).opens <= START + passed < FAST.times(number + 1).opens


@given(st.integers(0, 60), st.integers(FIRST_ROUND, FIRST_ROUND + 5000))
def test_a_day_counts_as_scored_from_its_instant_on(day, number):
    instant = FAST.scored_at(number, day) if day else FAST.times(number).opens

    assert days_scored(FAST, number, instant) == day
    assert day == 0 or days_scored(FAST, number, instant - timedelta(microseconds=1)) == day - 1


def test_the_first_score_comes_the_lag_after_the_close():
    assert FAST.scored_at(FIRST_ROUND, 1) == START + timedelta(seconds=34 + 4 * 1.5)
    assert FAST.scored_at(FIRST_ROUND, 20) == START + timedelta(seconds=34 + 23 * 1.5)


def test_a_round_goes_from_upcoming_over_open_and_resolving_to_resolved():
    seen = [status(FAST, FIRST_ROUND, START + timedelta(seconds=s)) for s in (-1, 0, 39, 40, 128, 129)]

    assert seen == ["UPCOMING", "OPEN", "OPEN", "RESOLVING", "RESOLVING", "RESOLVED"]
