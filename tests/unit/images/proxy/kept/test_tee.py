"""What is kept of a body that passes is bounded, whatever it unpacks to."""

import gzip
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kept.tee import SLICE, Tee

TEXT = b"an era is a week. " * 3000


def fed(encoding, body, most=1 << 20, piece=7919):
    tee = Tee(encoding, most)
    for at in range(0, len(body), piece):
        tee.feed(body[at : at + piece])
    return tee


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("GZIP", gzip.compress(TEXT[:100], mtime=0) + gzip.compress(TEXT[100:], mtime=0)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)[2:-4]),
        ("gzip, gzip", gzip.compress(gzip.compress(TEXT, mtime=0), mtime=0)),
    ],
    ids=["plain", "identity", "gzip", "two members", "zlib", "bare deflate", "twice"],
)
def test_a_body_is_kept_as_it_was_before_it_was_packed(encoding, body):
    tee = fed(encoding, body)

    assert (bytes(tee.kept), tee.cut, tee.damaged) == (TEXT, False, False)


def test_of_a_long_body_the_beginning_is_kept():
    for encoding, body in (("", TEXT), ("gzip", gzip.compress(TEXT))):
        tee = fed(encoding, body, most=1000)
        assert (bytes(tee.kept), tee.cut) == (TEXT[:1000], True)
    assert not fed("", b"x" * 1000, most=1000).cut


def test_a_bomb_costs_no_more_than_what_is_kept():
    bomb = gzip.compress(gzip.compress(bytes(20 << 20), 9), 9)

    tee = fed("gzip, gzip", bomb, most=1000)

    assert len(tee.kept) == 1000 and tee.cut and tee.fed <= 2 * SLICE


def test_much_that_unpacks_to_nothing_is_not_looked_at_for_ever():
    tee = fed("gzip", gzip.compress(b"") * 10_000, most=1000, piece=1 << 20)

    assert tee.cut and tee.fed <= 2000 + SLICE


@pytest.mark.parametrize(
    ("encoding", "body"), [("gzip", b"no gzip"), ("compress", TEXT), ("gzip, br, gzip", TEXT)]
)
def test_what_cannot_be_unpacked_is_damaged(encoding, body):
    tee = fed(encoding, body)

    assert tee.damaged and not tee.kept


ENCODINGS = st.sampled_from(["gzip", "deflate", "gzip, deflate", "", "identity,,"])


@settings(max_examples=50)
@given(st.binary(max_size=2000), ENCODINGS, st.integers(1, 999))
def test_no_bytes_make_it_raise(body, encoding, piece):
    assert len(fed(encoding, body, most=500, piece=piece).kept) <= 500
