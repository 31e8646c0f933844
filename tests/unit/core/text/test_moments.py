"""Instants as people read them."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from nab.core.text import moments

NOW = datetime(2026, 11, 30, 21, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def berlin(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_an_instant_in_a_sentence_is_local_with_its_zone_and_how_long_ago():
    assert (
        moments.for_people("waits since 2026-11-30T20:57:00.123Z (make next)", NOW)
        == "waits since Nov 30, 21:57 CET (3 min ago) (make next)"
    )
    assert (
        moments.for_people("from 2026-11-30T22:00:00+00:00 on", NOW) == "from Nov 30, 23:00 CET (in 1.0 h) on"
    )


def test_one_that_stands_alone_has_its_seconds_and_no_relation():
    assert moments.for_people("2026-05-15T16:00:01.000Z", NOW) == "2026-05-15 18:00:01 CEST"


def test_another_year_is_named_and_what_is_far_away_has_no_relation():
    assert moments.for_people("since 2025-01-02T03:04:05Z", NOW) == "since Jan 2 2025, 04:04 CET"


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-16T130207Z-codex-l3",
        "2026-05-16",
        "2026-13-40T99:99:99Z",
        "at 2026-13-40T99:99:99Z",
        "12:00:00",
    ],
)
def test_what_is_no_instant_stays_as_it_is(text):
    assert moments.for_people(text, NOW) == text


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "now"), (30, "30 s ago"), (-3600, "in 1.0 h"), (86_400 * 5, "5 d 0 h ago")]
)
def test_how_far_away_is_said_in_one_unit(seconds, said):
    assert f"({said})" in moments.of(NOW - timedelta(seconds=seconds), NOW)
