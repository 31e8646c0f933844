"""A record of several segments, written and read as one."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nab.core.recording.segments import Period, SegmentLimits
from nab.edges import clock
from nab.edges.files import compressed, compression, files, records

LIMITS = SegmentLimits(20)
SINCE = datetime(2026, 5, 31, 12, tzinfo=UTC)


@pytest.fixture
def record(tmp_path):
    return tmp_path / "run" / "http.jsonl"


def write(record, *lines, limits=LIMITS):
    for line in lines:
        records.append_line(record, line, limits)


def names(record):
    return sorted(path.name for path in record.parent.iterdir())


def test_a_record_that_is_not_there_has_nothing(record):
    assert list(records.lines_after(record, 0)) == []
    assert (records.there(record), records.size(record), records.last_line(record)) == (False, 0, b"")
    assert records.newest(record) == (0, record)
    assert records.place_where(record, lambda line: True) == 0


def test_the_first_line_after_the_size_begins_the_next_segment(record):
    write(record, b"a" * 9, b"b" * 9, b"c" * 30, b"d")

    assert names(record) == [
        "http.jsonl",
        "http.segment-000000000000020.jsonl",
        "http.segment-000000000000051.jsonl",
    ]
    assert record.read_bytes() == b"a" * 9 + b"\n" + b"b" * 9 + b"\n"
    assert list(records.lines(record)) == [b"a" * 9, b"b" * 9, b"c" * 30, b"d"]
    assert [place for place, _ in records.lines_after(record, 0)] == [0, 10, 20, 51]
    assert (records.size(record), records.last_line(record)) == (53, b"d")


def test_a_month_that_is_over_ends_a_segment_and_a_clock_that_goes_back_does_not(record, monkeypatch):
    limits = SegmentLimits(1000)
    for number, days in enumerate((0, -3, -40, 0, 1, 1)):
        now = SINCE + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda now=now: now)
        write(record, b"line %d" % number, limits=limits)
        os.utime(records.newest(record).path, (now.timestamp(), now.timestamp()))

    assert [one.path.read_bytes().count(b"\n") for one in records.of(record)] == [3, 1, 2]
    assert list(records.lines(record)) == [b"line %d" % number for number in range(6)]


def test_a_place_that_was_remembered_before_there_were_segments_is_right_for_ever(record):
    write(record, b"one", b"two", limits=SegmentLimits(8))
    (place, _), *_ = records.lines_after(record, 4)
    write(record, b"three", b"four", limits=SegmentLimits(8))

    assert [line for _, line in records.lines_after(record, place)] == [b"two", b"three", b"four"]
    assert records.line_at(record, 8) == b"three"
    assert records.line_at(record, 10**9) is None
    assert list(records.lines_after(record, 10**9)) == []


def test_a_line_that_somebody_left_unfinished_stands_alone_and_no_segment_ends_in_one(record):
    write(record, b"one")
    with record.open("ab") as torn:
        torn.write(b'{"torn": "' + b"x" * 20)
    write(record, b"two")

    assert [one.path.read_bytes()[-1:] for one in records.of(record)] == [b"\n", b"\n"]
    assert [line for line in records.lines(record) if b"torn" not in line] == [b"one", b"two"]


def test_an_unfinished_last_line_is_left_for_the_next_time_and_in_a_closed_segment_it_is_passed_over(record):
    write(record, b"one" * 9, b"two")
    newest = records.newest(record).path
    with newest.open("ab") as half:
        half.write(b"thr")
    assert list(records.lines(record)) == [b"one" * 9, b"two"]

    with newest.open("ab") as half:
        half.write(b"ee\n")
    assert list(records.lines(record)) == [b"one" * 9, b"two", b"three"]

    newest.with_name("http.segment-000000000000099.jsonl").write_bytes(b"four\n")
    with newest.open("ab") as half:
        half.write(b"never ended")
    assert list(records.lines(record)) == [b"one" * 9, b"two", b"three", b"four"]


def test_a_segment_that_cannot_be_begun_costs_no_line(record, monkeypatch):
    write(record, b"one" * 9)
    monkeypatch.setattr(records.segments, "name", lambda *_: "x" * 300)  # longer than a name may be
    write(record, b"two")

    assert list(records.lines(record)) == [b"one" * 9, b"two"]
    assert names(record) == ["http.jsonl"]


def test_a_disk_that_did_not_confirm_a_segment_is_never_asked_to_hold_more_of_it(record, monkeypatch):
    write(record, b"one" * 9)
    before = record.read_bytes()

    def refused(file, path):
        raise files.NotSynced(5, "broken", str(path))

    monkeypatch.setattr(files, "sync", refused)
    write(record, b"two")

    assert record.read_bytes() == before
    assert list(records.lines(record)) == [b"one" * 9, b"two"]


def test_closed_segments_are_compressed_while_the_record_grows_and_places_stay(record):
    lines = [b"%06d" % number + b"x" * 100 for number in range(600)]
    write(record, *lines[:400], limits=SegmentLimits(20_000))
    before = list(records.lines_after(record, 0))
    for one in records.of(record)[:-1]:
        compression.pack(one.path)
    write(record, *lines[400:], limits=SegmentLimits(20_000))

    found = list(records.lines_after(record, 0))
    assert found[:400] == before
    assert [line for _, line in found] == lines
    assert any(path.suffix == compressed.ENDING for path in records.files_of(record))
    assert records.line_at(record, before[7][0]) == lines[7]


def test_a_record_whose_newest_segment_is_compressed_goes_on_in_the_next(record):
    write(record, *[b"x" * 100] * 300, limits=SegmentLimits(1 << 20))
    compression.pack(record)
    write(record, b"one more", limits=SegmentLimits(1 << 20))

    assert names(record) == ["http.jsonl.gz", "http.segment-000000000030300.jsonl"]
    assert len(list(records.lines(record))) == 301


def test_where_a_time_begins_is_found_in_whichever_segment_it_is(record):
    write(
        record, *[b"%06d" % (2 * number) + b"x" * 200 for number in range(900)], limits=SegmentLimits(40_000)
    )
    compression.pack(record)

    for wanted in (-5, 0, 1, 377, 378, 1200, 1797, 5000):
        place = records.place_where(record, lambda line, at=wanted: int(line[:6]) < at)
        line = next(iter(records.lines_after(record, place)), None)
        # place_where stops within 16 KiB before it
        assert line is None or int(line[1][:6]) <= max(0, wanted) + 1
        rest = [int(line[:6]) for _, line in records.lines_after(record, place)]
        assert set(range(max(0, wanted + wanted % 2), 1800, 2)) <= set(rest)


def test_how_much_was_written_since_a_month_began_is_told_by_its_segments(record):
    write(record, b"x" * 30, b"y" * 30, b"z" * 30)
    old, _, _ = records.of(record)
    os.utime(old.path, (1_000_000_000, 1_000_000_000))

    assert records.size_since(record, datetime(2020, 1, 1, tzinfo=UTC)) == 62
    assert records.size_since(record, clock.now() + timedelta(days=1)) == 0


def test_a_folder_that_rests_is_not_listed_again_and_one_that_changed_is(record, monkeypatch):
    write(record, b"x" * 30)
    later = count(clock.monotonic(), 3.0)
    monkeypatch.setattr(clock, "monotonic", lambda: next(later))
    listings = []
    real = records.listed
    monkeypatch.setattr(records, "listed", lambda path: listings.append(path) or real(path))
    assert [len(records.of(record)) for _ in range(9)] == [1] * 9
    assert len(listings) == 2

    record.with_name("http.segment-000000000000031.jsonl").touch()

    assert [len(records.of(record)) for _ in range(9)] == [2] * 9
    assert len(listings) == 4


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.binary(max_size=12).filter(lambda line: b"\n" not in line)),
        st.tuples(st.just("wait"), st.integers(-40, 40)),
        st.tuples(st.just("read"), st.integers(0, 2)),
        st.tuples(st.just("pack"), st.just(0)),
    ),
    max_size=60,
)


@dataclass
class World:
    """A record, a clock that goes where it is told, three readers, and closed segments as they were first seen."""

    record: Path
    limits: SegmentLimits
    now: datetime = SINCE
    written: list[bytes] = field(default_factory=list)
    closed: dict[int, bytes] = field(default_factory=dict)
    places: list[int] = field(default_factory=lambda: [0, 0, 0])
    seen: list[list[bytes]] = field(default_factory=lambda: [[], [], []])

    def write(self, line):
        records.append_line(self.record, line, self.limits)
        self.written.append(line)
        os.utime(records.newest(self.record).path, (self.now.timestamp(), self.now.timestamp()))

    def wait(self, days):
        self.now += timedelta(days=days)

    def read(self, number):
        for at, line in records.lines_after(self.record, self.places[number]):
            self.places[number] = at + len(line) + 1
            self.seen[number].append(line)

    def pack(self, _):
        for one in records.of(self.record)[:-1]:
            if one.path.exists():
                compression.pack(one.path)

    def look_at_closed(self):
        for one in records.of(self.record)[:-1]:
            with compressed.opened(one.path) as file:
                content = file.read()
            assert self.closed.setdefault(one.start, content) == content


@settings(deadline=None, max_examples=60)
@given(STEPS, st.integers(1, 40), st.sampled_from(list(Period)))
def test_whoever_reads_in_whatever_order_sees_every_line_once_in_order(steps, size, period):
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        world = World(Path(folder, "http.jsonl"), SegmentLimits(size, period))
        patch.setattr(compression, "LEAST_BYTES", 0)
        patch.setattr(clock, "now", lambda: world.now)
        for what, told in [*steps, *(("read", number) for number in range(3))]:
            getattr(world, what)(told)
            world.look_at_closed()

    assert world.seen == [world.written] * 3


PROGRAM = """
import sys
from pathlib import Path
from nab.core.recording.segments import SegmentLimits
from nab.edges.files import records
for number in range(int(sys.argv[3])):
    records.append_line(Path(sys.argv[1]), f"{sys.argv[2]} {number}".encode(), SegmentLimits(150))
"""


@pytest.mark.full
def test_two_that_write_at_a_time_lose_no_line_and_change_no_closed_segment(record):
    words = [sys.executable, "-c", PROGRAM, str(record)]
    both = [subprocess.Popen([*words, who, "300"]) for who in ("a", "b")]
    assert [one.wait() for one in both] == [0, 0]

    found = list(records.lines(record))
    for who in (b"a", b"b"):
        assert [line for line in found if line.startswith(who)] == [b"%b %d" % (who, n) for n in range(300)]
    sizes = [(one.start, one.path.stat().st_size) for one in records.of(record)]
    assert all(start + size == following for (start, size), (following, _) in pairwise(sizes))
