import errno
import os
import resource
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record import journal
from record.journal import Journal, Limits

from nab.edges.files import records

SINCE = 1_780_228_800.0  # the last day of a month, noon
DAY = 86_400


@contextmanager
def files_no_longer_than(count):
    """Let writes beyond a length fail, and the one that crosses it be short."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (count, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "http.jsonl"


def test_lines_stand_one_after_the_other_and_say_where(file):
    kept = Journal(str(file))

    places = [kept.append(b"one\n"), kept.append(b"two\n")]

    assert places == [0, 4]
    assert file.read_bytes() == b"one\ntwo\n"


def test_a_journal_goes_on_where_the_last_writer_stopped(file):
    Journal(str(file)).append(b"one\n")

    assert Journal(str(file)).append(b"two\n") == 4


@pytest.mark.parametrize(
    ("left", "kept", "torn"),
    [
        (b"", b"", 0),
        (b"one\n", b"one\n", 0),
        (b'one\n{"half', b"one\n", 6),
        (b'{"half', b"", 6),
        (b"one\n" + b"x" * 200_000, b"one\n", 200_000),
    ],
)
def test_a_line_that_a_dead_writer_left_half_written_is_cut_off_and_counted(file, left, kept, torn):
    file.write_bytes(left)

    opened = Journal(str(file))

    assert (file.read_bytes(), opened.torn) == (kept, torn)
    assert opened.append(b"next\n") == len(kept)


def test_a_write_that_is_cut_short_leaves_nothing_and_the_next_one_stands_alone(file):
    kept = Journal(str(file))
    kept.append(b"a" * 99 + b"\n")

    with files_no_longer_than(150):
        assert kept.append(b"b" * 99 + b"\n") is None
        assert kept.error.errno == errno.ENOSPC
    assert file.read_bytes() == b"a" * 99 + b"\n"

    assert kept.append(b"c\n") == 100
    assert kept.error is None
    assert file.read_bytes().splitlines() == [b"a" * 99, b"c"]


def test_a_half_line_that_cannot_be_cut_off_is_ended(file, monkeypatch):
    kept = Journal(str(file))
    kept.append(b"one\n")
    monkeypatch.setattr(journal.os, "ftruncate", failing)
    with files_no_longer_than(7):
        kept.append(b"two, torn\n")
    kept.start_afresh()
    monkeypatch.undo()

    kept.append(b"three\n")

    assert file.read_bytes().splitlines() == [b"one", b"two", b"three"]


def failing(*_):
    raise OSError(errno.EIO, "broken disk")


def test_room_is_put_aside_and_the_file_is_no_longer_for_it(file):
    kept = Journal(str(file))

    assert kept.holds(100_000)

    assert file.stat().st_size == 0
    if kept.can_reserve:
        assert file.stat().st_blocks * 512 >= 100_000
    kept.append(b"line\n")
    kept.close()
    assert file.read_bytes() == b"line\n"
    assert file.stat().st_blocks * 512 < 100_000


def test_a_full_disk_is_known_before_it_is_written_to(file, monkeypatch):
    kept = Journal(str(file))
    monkeypatch.setattr(journal, "allocate", lambda *_: failing_with(errno.ENOSPC))

    assert not kept.holds(1000)

    monkeypatch.setattr(journal, "allocate", lambda *_: None)
    assert kept.holds(1000)


def test_where_room_cannot_be_put_aside_the_last_write_tells(file, monkeypatch):
    kept = Journal(str(file))
    monkeypatch.setattr(journal, "allocate", lambda *_: failing_with(errno.EOPNOTSUPP))

    assert kept.holds(1000)
    assert not kept.can_reserve
    with files_no_longer_than(3):
        kept.append(b"line\n")
    assert not kept.holds(1000)
    kept.append(b"line\n")
    assert kept.holds(1000)


def failing_with(number):
    raise OSError(number, os.strerror(number))


def segments(file):
    return {path.name: path.read_bytes() for path in sorted(file.parent.iterdir())}


def test_the_first_line_after_its_size_begins_the_next_segment_and_places_go_on(file):
    kept = Journal(str(file), Limits(8))

    places = [kept.append(line) for line in (b"one\n", b"two!\n", b"three\n", b"four\n")]

    assert places == [0, 4, 9, 15]
    assert segments(file) == {
        "http.jsonl": b"one\ntwo!\n",
        "http.segment-000000000000009.jsonl": b"three\nfour\n",
    }
    assert Journal(str(file), Limits(8)).append(b"five\n") == 20
    assert [records.line_at(file, place) for place in (*places, 20)] == [
        b"one",
        b"two!",
        b"three",
        b"four",
        b"five",
    ]


def test_a_month_that_is_over_ends_a_segment_and_a_clock_that_goes_back_does_not(file):
    now = [SINCE]
    kept = Journal(str(file), Limits(1000), lambda: now[0])
    for days in (0, -3, -40, 0, 1, 1):
        now[0] = SINCE + days * DAY
        kept.append(b"x\n")
    kept.append(b"y\n")

    assert list(segments(file).values()) == [b"x\n" * 3, b"x\n", b"x\nx\ny\n"]


def test_whoever_goes_on_in_another_month_begins_the_next_segment(file):
    Journal(str(file)).append(b"one\n")
    os.utime(file, (SINCE, SINCE))

    Journal(str(file)).append(b"two\n")

    assert list(segments(file).values()) == [b"one\n", b"two\n"]


def test_room_that_was_put_aside_for_calls_under_way_is_theirs_in_the_next_segment(file, monkeypatch):
    kept = Journal(str(file), Limits(8))
    assert kept.holds(500_000)
    kept.append(b"0123456\n")
    monkeypatch.setattr(kept, "reserve", lambda end: False)  # from here on the disk is full
    kept.append(b"next\n")

    assert kept.start == 8
    assert kept.holds(400_000)
    if kept.can_reserve:
        assert os.fstat(kept.file).st_blocks * 512 >= 400_000
        assert file.stat().st_blocks * 512 < 400_000


@pytest.mark.parametrize("step", ["opened", "allocate", "sync_folder"])
def test_a_segment_that_cannot_be_begun_costs_no_line_and_no_room(file, monkeypatch, step):
    now = [SINCE]
    kept = Journal(str(file), Limits(8), lambda: now[0])
    assert kept.holds(500_000)
    kept.append(b"0123456\n")
    with monkeypatch.context() as broken:
        broken.setattr(journal, step, lambda *_: failing_with(errno.ENOSPC))
        assert kept.append(b"here\n") == 8
        assert kept.holds(400_000)
    assert segments(file) == {"http.jsonl": b"0123456\nhere\n"}

    now[0] += 2
    assert kept.append(b"there\n") == 13
    assert list(segments(file).values()) == [b"0123456\nhere\n", b"there\n"]


class Killed(BaseException):
    """The end of a process: nothing of it is done after that."""


@pytest.mark.parametrize("step", ["opened", "allocate", "sync_folder"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_proxy_that_is_killed_between_two_segments_leaves_every_line_once(file, monkeypatch, step, after):
    kept = Journal(str(file), Limits(8))
    kept.holds(500_000)
    kept.append(b"0123456\n")
    real = getattr(journal, step)

    def killed(*given_):
        if after:
            real(*given_)
        raise Killed

    monkeypatch.setattr(journal, step, killed)
    with suppress(Killed):
        kept.append(b"lost\n")
    monkeypatch.undo()

    assert Journal(str(file), Limits(8)).append(b"next\n") == 8
    assert list(records.lines_after(file, 0)) == [(0, b"0123456"), (8, b"next")]


def test_a_disk_that_did_not_confirm_the_old_segment_ends_it_and_is_told(file, monkeypatch):
    kept = Journal(str(file), Limits(8))
    kept.append(b"0123456\n")
    monkeypatch.setattr(journal.os, "fdatasync", failing)
    kept.turn()
    assert kept.error.errno == errno.EIO
    monkeypatch.undo()

    assert kept.append(b"next\n") == 8
    assert kept.error is None
    assert file.read_bytes() == b"0123456\n"


def test_a_segment_that_was_closed_is_let_go_once_it_is_synced(file):
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    kept = Journal(str(file), Limits(1))
    for _ in range(5):
        kept.append(b"x\n")
        kept.sync_and_forget()

    assert len(os.listdir("/proc/self/fd")) == before + 1  # noqa: PTH208
    kept.close()


def test_some_of_the_disk_is_left_to_others(file):
    free = os.statvfs(file.parent).f_bavail * os.statvfs(file.parent).f_frsize

    assert not Journal(str(file), Limits(spare_bytes=2 * free)).holds(1000)
    assert Journal(str(file), Limits(spare_bytes=free // 1000)).holds(1000)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.binary(max_size=12).filter(lambda line: b"\n" not in line)),
        st.tuples(st.just("wait"), st.integers(-40, 40)),
        st.tuples(st.just("room"), st.integers(0, 100_000)),
        st.tuples(st.just("read"), st.just(0)),
        st.tuples(st.just("killed"), st.booleans()),
        st.tuples(st.just("synced"), st.just(0)),
    ),
    max_size=40,
)


class World:
    """A record, the proxies that wrote it one after the other, a clock, and a reader."""

    def __init__(self, file, size):
        self.file, self.size, self.now = file, size, SINCE
        self.written, self.seen, self.place = [], [], 0
        self.begin()

    def begin(self):
        self.kept = Journal(str(self.file), Limits(self.size), lambda: self.now)

    def write(self, line):
        self.written.append((self.kept.append(line + b"\n"), line))

    def wait(self, days):
        self.now += days * DAY

    def room(self, count):
        assert self.kept.holds(count)

    def read(self, _):
        for at, line in records.lines_after(self.file, self.place):
            self.place = at + len(line) + 1
            self.seen.append((at, line))

    def synced(self, _):
        self.kept.sync_and_forget()

    def killed(self, torn):
        if torn:
            os.write(self.kept.file, b"half a line")
        for one in (self.kept.file, *self.kept.retired):
            os.close(one)
        self.begin()


@settings(deadline=None, max_examples=60)
@given(STEPS, st.integers(1, 40))
def test_whoever_reads_sees_every_line_of_all_proxies_of_a_run_once_in_order(steps, size):
    with TemporaryDirectory() as folder:
        world = World(Path(folder, "http.jsonl"), size)
        for what, told in [*steps, ("read", 0)]:
            getattr(world, what)(told)
        world.kept.close()

    assert world.seen == world.written
