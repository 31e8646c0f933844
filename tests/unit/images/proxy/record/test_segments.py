"""The proxy's segments are those of the harness, which reads them: two programs, one rule."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from record import segments as proxys

from nab.core.recording import segments
from nab.core.recording.segments import Period, SegmentLimits

TIMES = st.integers(0, 4_000_000_000)


@given(st.sampled_from(["http.jsonl", "bodies.jsonl"]), st.integers(0, 10**15 - 1))
def test_both_give_a_segment_the_same_name(record, start):
    assert proxys.name(record, start) == segments.name(record, start)


@given(st.integers(0, 2000), TIMES, TIMES, st.sampled_from(list(Period)))
def test_both_close_it_at_the_same_line(size, written, now, period):
    moments = [datetime.fromtimestamp(at, UTC) for at in (written, now)]

    ours = segments.is_over(size, *moments, SegmentLimits(1000, period))

    assert proxys.is_over(size, written, now, 1000, period.value) is ours


@pytest.mark.parametrize(
    ("present", "start"),
    [
        ([], 0),
        (["http.jsonl"], 0),
        (["http.jsonl.gz", "http.segment-000000000000009.jsonl", "bodies.segment-000000000000099.jsonl"], 9),
        (["http.segment-000000000000009.jsonl.gz", "http.segment-000000000000020.jsonl"], 20),
    ],
)
def test_the_newest_segment_is_found_beside_compressed_ones_and_other_records(tmp_path, present, start):
    for name in present:
        (tmp_path / name).touch()

    assert proxys.newest(str(tmp_path / "http.jsonl")) == start
