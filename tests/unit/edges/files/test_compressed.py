"""What is kept compressed reads as what it was, from any place, by our readers and by gzip's own."""

import gzip
import io
import os
import re
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nab.edges.files import compressed as files_compressed
from nab.edges.files import files
from nab.edges.untrusted import tails

LINES = b"".join(
    b'{"line":%d,"text":"%s"}\n' % (number, os.urandom(20).hex().encode()) for number in range(60_000)
)
BEGINNINGS = [line_end.end() for line_end in re.finditer(b"\n", LINES)]


def compressed(path, content, piece=files_compressed.PIECE):
    pieces = (content[start : start + piece] for start in range(0, len(content), piece))
    files_compressed.beside(path).write_bytes(b"".join(files_compressed.members(pieces)))
    return path


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    assert len(LINES) > 2 * files_compressed.PIECE
    return compressed(tmp_path_factory.mktemp("record") / "http.jsonl", LINES)


def test_it_reads_as_it_was_and_knows_its_size(record):
    with files_compressed.opened(record) as file:
        assert file.read() == LINES
    assert files_compressed.size(record) == len(LINES)
    assert files_compressed.there(record) and not record.exists()
    assert b"".join(tails.grown(record, 0)) == LINES


def test_every_other_program_that_knows_gzip_reads_it(record):
    with gzip.open(files_compressed.beside(record)) as file:
        assert file.read() == LINES


@pytest.mark.full
@settings(max_examples=60)
@given(place=st.integers(0, len(LINES) + 10), size=st.integers(0, 3 * files_compressed.PIECE))
def test_any_stretch_is_found_without_what_is_before_it(record, place, size):
    with files_compressed.opened(record) as file:
        file.seek(place)
        assert file.read(size) == LINES[place : place + size]
    assert b"".join(tails.grown(record, place)) == LINES[place:]


@pytest.mark.full
@settings(max_examples=30)
@given(begin=st.sampled_from(BEGINNINGS))
def test_lines_have_the_places_that_they_had_before(record, begin):
    places = [place for place, _ in files.lines_after(record, begin)]

    assert [begin, *places][1:] == [place for place in BEGINNINGS[:-1] if place >= begin]


@settings(max_examples=40)
@given(content=st.binary(min_size=1, max_size=500), piece=st.integers(1, 200))
def test_pieces_of_any_length_come_back(tmp_path_factory, content, piece):
    path = compressed(tmp_path_factory.mktemp("any") / "a", content, piece)

    with files_compressed.opened(path) as file:
        assert file.read() == content
        assert file.seek(-1, io.SEEK_END) == len(content) - 1
        assert file.read() == content[-1:]


def test_the_plain_form_goes_before_the_compressed_one(tmp_path):
    path = compressed(tmp_path / "a.jsonl", b"old\n")
    path.write_bytes(b"new\n")

    assert [line for _, line in files.lines_after(path, 0)] == [b"new"]


def test_where_there_is_neither_the_plain_one_is_missed(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"a\.jsonl'$"):
        files_compressed.opened(tmp_path / "a.jsonl")
    assert files_compressed.size(tmp_path / "a.jsonl") == 0
    assert list(files.lines_after(tmp_path / "a.jsonl", 0)) == []


@pytest.mark.parametrize("cut", [1, 5, files_compressed.HEAD + 1])
def test_one_that_is_cut_short_is_an_error_and_never_a_shorter_record(tmp_path, cut):
    path = compressed(tmp_path / "a", b"x" * 100_000, 40_000)
    whole = files_compressed.beside(path).read_bytes()
    files_compressed.beside(path).write_bytes(whole[:-cut])

    with pytest.raises(OSError, match="no compressed record of ours"):
        files_compressed.opened(path).read()


def test_a_changed_byte_anywhere_is_an_error_and_never_other_content(tmp_path):
    content = os.urandom(300)
    path = compressed(tmp_path / "a", content, 100)
    whole = files_compressed.beside(path).read_bytes()

    for place in range(len(whole)):
        files_compressed.beside(path).write_bytes(
            whole[:place] + bytes([whole[place] ^ 0x40]) + whole[place + 1 :]
        )
        try:
            with files_compressed.opened(path) as file:
                read = file.read()
        except (OSError, zlib.error):
            continue
        assert read == content, place


def test_what_somebody_else_compressed_is_none_of_ours(tmp_path):
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"theirs"))

    with pytest.raises(OSError, match="no compressed record of ours"):
        files_compressed.opened(tmp_path / "a")
