import gzip
import itertools
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from models.event_streams import EventStream

from models import content_encodings

ENDS = st.sampled_from([b"\n", b"\r\n", b"\r"])
DATA = st.binary(max_size=40).map(lambda raw: raw.replace(b"\r", b"").replace(b"\n", b""))


def events(pieces, **limits):
    found = []
    stream = EventStream(found.append, **limits)
    for piece in pieces:
        stream.feed(piece)
    stream.finish()
    return stream, found


def cut(whole, places):
    marks = [0, *sorted(place % (len(whole) + 1) for place in places), len(whole)]
    return [whole[begin:end] for begin, end in itertools.pairwise(marks)]


@pytest.mark.full
@given(st.lists(DATA, max_size=6), ENDS, st.lists(st.integers(0, 10_000), max_size=20))
def test_events_are_the_same_wherever_the_stream_is_cut(data, end, places):
    whole = b"".join(
        b": ping" + end + b"event: x" + end + b"data: " + one + end + b"id: 1" + end + end for one in data
    )

    stream, found = events(cut(whole, places))

    assert found == data
    assert (stream.events, stream.dropped) == (len(data), 0)


def test_every_byte_may_come_alone():
    _, found = events([bytes([byte]) for byte in b"\xef\xbb\xbfdata:a\r\ndata: b\r\n\r\ndata\r\rdata: c"])

    assert found == [b"a\nb", b"", b"c"]


@pytest.mark.parametrize("step", [1, 7, 1000])
def test_an_event_that_is_too_large_is_counted_dropped_and_not_held(step):
    whole = b"data: " + b"x" * 5000 + b"\ndata: more\n\ndata: small\n\n"
    pieces = [whole[place : place + step] for place in range(0, len(whole), step)]

    stream, found = events(pieces, most_bytes=1000)

    assert found == [b"small"]
    assert (stream.events, stream.dropped) == (2, 1)


def test_what_is_held_stays_bounded():
    stream = EventStream(lambda _: None, most_bytes=1000)
    for _ in range(100):
        stream.feed(b"data: " + b"x" * 500)
        assert sum(map(len, [*stream.line, *stream.data])) <= 1600


def bare(data):
    squeezed = zlib.compressobj(wbits=-15)
    return squeezed.compress(data) + squeezed.flush()


@pytest.mark.full
@pytest.mark.parametrize(
    ("header", "squeeze"),
    [
        ("", bytes),
        ("identity", bytes),
        ("gzip", gzip.compress),
        ("GZIP", lambda data: gzip.compress(data[:5]) + gzip.compress(data[5:])),
        ("deflate", zlib.compress),
        ("deflate", bare),
        ("deflate, gzip", lambda data: gzip.compress(zlib.compress(data))),
    ],
    ids=["none", "identity", "gzip", "two gzip members", "deflate", "bare deflate", "twice"],
)
@given(data=st.binary(max_size=3000), step=st.integers(1, 400))
def test_a_compressed_body_is_read_piece_by_piece(header, squeeze, data, step):
    decode = content_encodings.decoder(header)
    sent = squeeze(data)

    read = b"".join(plain for at in range(0, len(sent), step) for plain in decode(sent[at : at + step]))

    assert read == data


def test_an_unknown_encoding_is_not_read_and_a_wrong_one_is_told():
    assert content_encodings.decoder("zip, gzip") is None
    with pytest.raises(content_encodings.Undecodable):
        list(content_encodings.decoder("gzip")(b"\x1f\x8b no gzip, this"))
