import errno
import os
import resource
from contextlib import contextmanager

import pytest
from record import journal
from record.journal import Journal

MANY = 1 << 30


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
    kept = Journal(str(file), MANY)

    places = [kept.append(b"one\n"), kept.append(b"two\n")]

    assert places == [0, 4]
    assert file.read_bytes() == b"one\ntwo\n"


def test_a_journal_goes_on_where_the_last_writer_stopped(file):
    Journal(str(file), MANY).append(b"one\n")

    assert Journal(str(file), MANY).append(b"two\n") == 4


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

    opened = Journal(str(file), MANY)

    assert (file.read_bytes(), opened.torn) == (kept, torn)
    assert opened.append(b"next\n") == len(kept)


def test_a_write_that_is_cut_short_leaves_nothing_and_the_next_one_stands_alone(file):
    kept = Journal(str(file), MANY)
    kept.append(b"a" * 99 + b"\n")

    with files_no_longer_than(150):
        assert kept.append(b"b" * 99 + b"\n") is None
        assert kept.error.errno == errno.ENOSPC
    assert file.read_bytes() == b"a" * 99 + b"\n"

    assert kept.append(b"c\n") == 100
    assert kept.error is None
    assert file.read_bytes().splitlines() == [b"a" * 99, b"c"]


def test_a_half_line_that_cannot_be_cut_off_is_ended(file, monkeypatch):
    kept = Journal(str(file), MANY)
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
    kept = Journal(str(file), MANY)

    assert kept.holds(100_000)

    assert file.stat().st_size == 0
    if kept.can_reserve:
        assert file.stat().st_blocks * 512 >= 100_000
    kept.append(b"line\n")
    kept.close()
    assert file.read_bytes() == b"line\n"
    assert file.stat().st_blocks * 512 < 100_000


def test_a_full_disk_is_known_before_it_is_written_to(file, monkeypatch):
    kept = Journal(str(file), MANY)
    monkeypatch.setattr(journal, "allocate", lambda *_: failing_with(errno.ENOSPC))

    assert not kept.holds(1000)

    monkeypatch.setattr(journal, "allocate", lambda *_: None)
    assert kept.holds(1000)


def test_where_room_cannot_be_put_aside_the_last_write_tells(file, monkeypatch):
    kept = Journal(str(file), MANY)
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


def test_a_record_has_a_size_that_it_does_not_pass(file):
    kept = Journal(str(file), 2000)

    assert kept.holds(2000)
    kept.append(b"x" * 999 + b"\n")
    assert not kept.holds(1001)
