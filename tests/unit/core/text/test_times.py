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
