import gzip
import random
import zlib

import pytest
from keys import inflation

BODY = b'{"echo": "sk-ant-REAL"}' * 1000


def bare(body):
    made = zlib.compressobj(wbits=-15)
    return made.compress(body) + made.flush()


@pytest.mark.parametrize(
    "pack", [gzip.compress, zlib.compress, bare], ids=["gzip", "deflate", "bare deflate"]
)
@pytest.mark.parametrize("size", [1, 7, 1 << 20], ids=["bytes", "sevens", "whole"])
def test_an_answer_is_unpacked_however_it_is_cut(pack, size):
    packed, tap = pack(BODY), inflation.Inflate()

    pieces = [tap(packed[at : at + size]) for at in range(0, len(packed), size)]

    assert b"".join([*pieces, tap(b"")]) == BODY


def test_what_stands_behind_the_end_is_dropped():
    assert inflation.Inflate()(gzip.compress(b"a") + b"sk-ant-REAL") == b"a"


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = zlib.compress(bytes(inflation.MOST_AT_ONCE + 1))

    with pytest.raises(inflation.Swollen):
        inflation.Inflate()(bomb)


def test_what_is_not_packed_so_is_refused():
    with pytest.raises(zlib.error):
        inflation.Inflate()(b"\x1f\x8b" + random.Random(1).randbytes(100))


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, br", "gzip, gzip", "xyz"])
def test_what_cannot_be_unpacked_within_limits_is_said_to_be_so(encoding):
    assert not inflation.can_unpack(encoding) and not inflation.is_plain(encoding)
    with pytest.raises(ValueError, match="packed by"):
        inflation.whole(b"x", encoding)


@pytest.mark.parametrize("encoding", ["", "identity", " Identity "])
def test_a_plain_body_stays_as_it_is(encoding):
    assert inflation.whole(b"x", encoding) == b"x"


def test_a_packed_body_that_was_held_is_read_whole():
    assert inflation.whole(gzip.compress(BODY), "GZIP") == BODY
    with pytest.raises(ValueError):
        inflation.whole(b"\x1f\x8bnonsense", "gzip")
