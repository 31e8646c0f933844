from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.core.text import times


def test_every_zone_is_written_as_utc():
    berlin = timezone(timedelta(hours=2))

    assert times.text(datetime(2026, 5, 16, 14, 0, tzinfo=berlin)) == "2026-05-16T12:00:00.000Z"


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_what_is_written_is_read_again_to_the_millisecond(instant):
    assert abs(times.parse(times.text(instant)) - instant) < timedelta(milliseconds=1)


def test_a_time_without_a_zone_is_refused_both_ways():
    with pytest.raises(ValueError, match="no time zone"):
        times.parse("2026-05-16T12:00:00")
    with pytest.raises(ValueError, match="no time zone"):
        times.text(datetime(2026, 5, 16))


@pytest.mark.parametrize("written", ["", None])
def test_an_instant_that_has_not_come_is_none(written):
    assert times.maybe(written) is None


def test_one_of_ours_that_cannot_be_read_is_a_mistake_and_somebody_elses_is_none():
    assert times.maybe("2026-05-16T12:00:00.000Z") == times.parse_or_none("2026-05-16T14:00:00+02:00")
    for written in ("soon", "2026-05-16T12:00:00"):
        with pytest.raises(ValueError, match=written):
            times.maybe(written)
        assert times.parse_or_none(written) is None
    assert times.parse_or_none("") is None


@pytest.mark.parametrize(
    "written", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "", "soon", "2026-13-01"]
)
def test_an_instant_that_no_calendar_has_is_none(written):
    assert times.parse_or_none(written) is None
    assert times.of_others(written) is None


@pytest.mark.parametrize(
    "told", [1796040000, 1796040000.0, 1796040000000, 1796040000000000, 1796040000 * 10**9, "1796040000"]
)
def test_a_number_of_others_is_read_in_the_unit_that_makes_a_time_of_it(told):
    assert times.of_others(told) == datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "told", [None, True, -1, 0, float("nan"), float("inf"), 10**400, -(10**400), [], {}, b"1"]
)
def test_what_is_no_time_of_others_is_none(told):
    assert times.of_others(told) is None
