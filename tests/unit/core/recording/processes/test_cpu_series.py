from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.core.recording.processes.cpu_series import Series, add
from nab.core.recording.processes.processes import SessionSpan

NOON = datetime(2026, 5, 16, 12, tzinfo=UTC)


def at(seconds):
    return NOON + timedelta(seconds=seconds)


def life(began, ended=None):
    return SessionSpan(name="work-1", began=at(began), ended=None if ended is None else at(ended))


def counted(lives, *looks):
    series = Series()
    for second, counter in looks:
        series = add(series, counter, at(second), lives)
    return series


@pytest.mark.parametrize(
    ("lives", "name"),
    [
        ([], "alone"),
        ([life(0)], "session"),
        ([life(0, 25)], "session"),
        ([life(0, 5)], "alone"),
        ([life(0, 15)], "unsure"),
        ([life(12)], "unsure"),
        ([life(0, 5), life(30)], "alone"),
    ],
)
def test_what_is_used_between_two_looks_belongs_where_both_agree(lives, name):
    series = counted(lives, (10, 1.0), (20, 5.0))

    before = counted(lives, (10, 1.0))
    assert getattr(series, name) - getattr(before, name) == 4.0


def test_a_counter_that_began_anew_counts_from_nothing():
    series = counted([life(0)], (10, 100.0), (20, 3.0))

    assert series.session == 3.0


@given(
    st.lists(st.tuples(st.integers(0, 50), st.floats(0, 9)), max_size=9),
    st.integers(0, 40),
    st.integers(0, 20),
)
def test_the_series_together_are_the_counter(steps, began, lasts):
    series, second, counter = Series(), 0, 0.0
    for seconds, used in steps:
        second, counter = second + seconds, counter + used
        series = add(series, counter, at(second), [life(began, began + lasts)])

    assert series.session + series.alone + series.unsure == pytest.approx(counter)
