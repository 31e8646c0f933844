from datetime import UTC, datetime, timedelta

import pytest

from nab.core.recording import segments
from nab.core.recording.segments import Period, SegmentLimits

NOON = datetime(2026, 5, 31, 12, tzinfo=UTC)
LIMITS = SegmentLimits(1000)


@pytest.mark.parametrize("record", ["http.jsonl", "engine-events.jsonl", "agent.log"])
def test_names_sort_as_the_segments_do_and_say_where_each_begins(record):
    starts = [0, 1, 999, 268_435_456, 10**14]
    names = [segments.name(record, start) for start in starts]

    assert names[0] == record
    assert sorted(names) == names
    assert [segments.start(record, name) for name in names] == starts
    assert {segments.of(name)[0] for name in names} == {record}


@pytest.mark.parametrize(
    "other",
    [
        "bodies.jsonl",
        "bodies.segment-000000000000001.jsonl",
        "http.segment-1.jsonl",
        "http.segment-000000000000001.log",
        "http.jsonl.gz",
        ".http.jsonl.123.ab.tmp",
    ],
)
def test_what_is_no_segment_of_a_record_is_taken_for_none(other):
    assert segments.start("http.jsonl", other) is None


@pytest.mark.parametrize(
    ("size", "later", "limits", "over"),
    [
        (999, {}, LIMITS, False),
        (1000, {}, LIMITS, True),
        (1, {"hours": 11}, LIMITS, False),
        (1, {"hours": 12}, LIMITS, True),
        (0, {"days": 99}, LIMITS, False),
        (1, {"days": -1}, LIMITS, False),
        (1, {"days": -40}, LIMITS, False),
        (1, {"days": 365}, LIMITS, True),
        (1, {"hours": 12}, SegmentLimits(1000, Period.DAY), True),
        (1, {"hours": 11}, SegmentLimits(1000, Period.DAY), False),
    ],
    ids=[
        "short of its size",
        "its size",
        "same month",
        "next month",
        "empty",
        "clock back a day",
        "clock back a month",
        "a year later",
        "next day",
        "same day",
    ],
)
def test_a_segment_is_over_by_its_size_or_its_period_and_never_by_a_clock_that_goes_back(
    size, later, limits, over
):
    assert segments.is_over(size, NOON, NOON + timedelta(**later), limits) is over
