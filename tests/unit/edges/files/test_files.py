import errno
import os
import resource
from contextlib import contextmanager

import msgspec
import pytest

from nab.core.errors import FAILED, NabError
from nab.edges.files import files


class Pair(msgspec.Struct):
    left: int
    right: str


@contextmanager
def small_files():
    """No file may grow beyond 1,000 bytes: the kernel writes what fits and then refuses.

    For a few lines only: the file that this test run's own report goes to is bounded as well.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def failing(number):
    def fail(*_args):
        raise OSError(number, os.strerror(number))

    return fail


def test_replaced_file_is_whole_and_alone_in_its_folder(tmp_path):
    path = tmp_path / "new" / "a.json"
    files.replace_json(path, {"b": 1})
    files.replace_json(path, Pair(2, "é"))

    assert files.read_json(path, Pair) == Pair(2, "é")
    assert path.read_text(encoding="utf-8") == '{\n  "left": 2,\n  "right": "é"\n}\n'
    assert names(path.parent) == ["a.json"]


def test_replaced_file_has_the_mode_it_was_given(tmp_path):
    files.replace_bytes(tmp_path / "key", b"secret", mode=0o600)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("call", ["write", "fsync", "rename"])
def test_failed_replacement_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, call):
    path = tmp_path / "a"
    files.replace_bytes(path, b"old")
    monkeypatch.setattr(os, call, failing(errno.ENOSPC))

    with pytest.raises(OSError, match="No space left"):
        files.replace_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_replacement_too_big_for_the_disk_leaves_the_old_file(tmp_path):
    path = tmp_path / "a"
    files.replace_bytes(path, b"old")

    with small_files(), pytest.raises(OSError, match="File too large"):
        files.replace_bytes(path, b"x" * 2000)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_lines_are_appended_whole(tmp_path):
    path = tmp_path / "deep" / "records.jsonl"
    files.append_line(path, b"one")
    files.append_line(path, b"two")

    assert path.read_bytes() == b"one\ntwo\n"


def test_line_after_an_unfinished_one_stands_alone(tmp_path):
    path = tmp_path / "records.jsonl"
    path.write_bytes(b"one\ntw")
    files.append_line(path, b"three")

    assert path.read_bytes() == b"one\ntw\nthree\n"


def test_line_that_holds_a_newline_is_refused(tmp_path):
    with pytest.raises(ValueError, match="newline"):
        files.append_line(tmp_path / "records.jsonl", b"one\ntwo")


def test_short_write_is_taken_back_and_says_why(tmp_path):
    path = tmp_path / "log"
    files.append_synced(path, b"x" * 900)

    with small_files(), pytest.raises(OSError, match="File too large"):
        files.append_synced(path, b"y" * 900)
    assert path.read_bytes() == b"x" * 900


def test_write_that_the_disk_did_not_confirm_is_taken_back(tmp_path, monkeypatch):
    path = tmp_path / "log"
    files.append_synced(path, b"one\n")
    monkeypatch.setattr(os, "fdatasync", failing(errno.EIO))

    with pytest.raises(files.NotSynced) as raised:
        files.append_synced(path, b"two\n")
    assert (raised.value.errno, raised.value.filename) == (errno.EIO, str(path))
    assert path.read_bytes() == b"one\n"


@pytest.mark.parametrize("size", [0, 1, 100, files.WINDOW_BYTES, 10 * files.WINDOW_BYTES])
def test_ending_of_a_file_is_its_last_line_and_the_unfinished_rest(tmp_path, size):
    path = tmp_path / "log"
    line = b"x" * size + b"\n"
    for content, ending in [
        (b"", (b"", b"")),
        (line, (line, b"")),
        (b"before\n" + line, (line, b"")),
        (b"before\n" + line + b"rest", (line, b"rest")),
        (b"before\n" + line[:-1], (b"before\n", line[:-1])),
        (line[:-1], (b"", line[:-1])),
    ]:
        path.write_bytes(content)
        assert files.ending(path) == ending


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "is not there"),
        (b"", "truncated"),
        (b'{"left":1,', "truncated"),
        (b'{"left":"1"}', "Expected `int`"),
    ],
    ids=["missing", "empty", "half", "wrong type"],
)
def test_file_that_cannot_be_read_is_named(tmp_path, content, complaint):
    path = tmp_path / "a.json"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(NabError, match=f"a.json.*{complaint}") as raised:
        files.read_json(path, Pair)
    assert raised.value.exit_code == FAILED
