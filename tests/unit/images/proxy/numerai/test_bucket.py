import pytest
from hypothesis import given
from hypothesis import strategies as st
from numerai.bucket import Bucket


@pytest.mark.full
@given(st.lists(st.floats(0, 30), max_size=80), st.integers(1, 9))
def test_no_minute_has_more_than_a_burst_and_a_minutes_worth(pauses, a_minute):
    bucket, now, taken = Bucket(a_minute, 0.0), 0.0, []
    for pause in pauses:
        now += pause
        if not bucket.take(now):
            taken.append(now)

    assert all(sum(start <= other <= start + 60 for other in taken) <= 2 * a_minute for start in taken)


@given(st.integers(1, 9), st.integers(0, 30))
def test_who_waits_as_long_as_told_is_served(a_minute, tries):
    bucket, now = Bucket(a_minute, 0.0), 0.0
    for _ in range(tries):
        now += bucket.take(now)

    wait = bucket.take(now)
    assert wait == 0 or bucket.take(now + wait) == 0


def test_a_clock_that_goes_back_fills_nothing():
    bucket = Bucket(1, 100.0)

    assert bucket.take(100.0) == 0
    assert bucket.take(50.0) == 60
    assert bucket.take(100.0) == 60
