"""Read an answer's body while it passes, as it was before it was compressed. Nothing of it is kept."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any

PIECE = 1 << 16
# Brotli and Zstandard are unpacked in slices of so many bytes: what one becomes is bounded by their formats, to some
# 40 MiB and some 600 KiB, and whoever reads stops before the next.
SLICE = 16
WIDEST_WINDOW = 8 << 20  # RFC 9659
Decoder = Callable[[bytes], Iterator[bytes]]
AUTOMATIC, BARE = 32 + zlib.MAX_WBITS, -zlib.MAX_WBITS


class Undecodable(Exception):
    """These bytes are not what the header says."""


def decoder(content_encoding: str) -> Decoder | None:
    """Return what undoes the encodings of a body, piece by piece; None for one that we do not know.

    Raises Undecodable, later, for bytes that are not so encoded.
    """
    names = [name.strip().lower() for name in content_encoding.split(",") if name.strip()]
    made = [one(name) for name in reversed(names) if name != "identity"]
    known = [step for step in made if step is not None]
    return chained(known) if len(known) == len(made) else None


def one(name: str) -> Decoder | None:
    """Return what undoes one encoding."""
    if name in ("gzip", "x-gzip", "deflate"):
        return inflating()
    if name == "br":
        return brotli_decoder()
    return zstd_decoder() if name == "zstd" else None


def chained(steps: list[Decoder]) -> Decoder:
    """Undo several encodings, the last first."""

    def decode(piece: bytes) -> Iterator[bytes]:
        pieces: Iterator[bytes] = iter((piece,))
        for step in steps:
            pieces = each(step, pieces)
        return pieces

    return decode


def each(step: Decoder, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Undo one encoding of every piece."""
    for piece in pieces:
        yield from step(piece)


def inflating() -> Decoder:
    """Undo gzip and both kinds of deflate, in pieces of bounded size."""
    unpack: Any = None
    head = b""

    def decode(piece: bytes) -> Iterator[bytes]:
        nonlocal unpack, head
        if unpack is None:
            head += piece
            if len(head) < 2:
                return
            piece, unpack = head, zlib.decompressobj(wrapping(head))
        while piece:
            try:
                given = unpack.decompress(piece, PIECE)
            except zlib.error as error:
                raise Undecodable(str(error)) from None
            if given:
                yield given
            piece = unpack.unconsumed_tail
            if unpack.eof and unpack.unused_data:  # gzip files may stand one after the other
                piece, unpack = unpack.unused_data, zlib.decompressobj(AUTOMATIC)

    return decode


def wrapping(head: bytes) -> int:
    """Tell gzip and zlib from a bare stream, which some servers mean by deflate."""
    zlib_header = head[0] & 15 == 8 and int.from_bytes(head[:2], "big") % 31 == 0
    return AUTOMATIC if zlib_header or head[:2] == b"\x1f\x8b" else BARE


def brotli_decoder() -> Decoder:
    """Undo Brotli with the library that the proxy's engine brings."""
    import brotli

    unpack = brotli.Decompressor()

    def decode(piece: bytes) -> Iterator[bytes]:
        try:
            for part in slices(piece):
                yield unpack.process(part)
        except brotli.error as error:
            raise Undecodable(str(error)) from None

    return decode


def zstd_decoder() -> Decoder:
    """Undo Zstandard with the library that the proxy's engine brings."""
    import zstandard

    unpack = zstandard.ZstdDecompressor(max_window_size=WIDEST_WINDOW).decompressobj(read_across_frames=True)

    def decode(piece: bytes) -> Iterator[bytes]:
        try:
            for part in slices(piece):
                yield unpack.decompress(part)
        except zstandard.ZstdError as error:
            raise Undecodable(str(error)) from None

    return decode


def slices(piece: bytes) -> Iterator[bytes]:
    """Cut a piece into what is unpacked at a time."""
    return (piece[start : start + SLICE] for start in range(0, len(piece), SLICE))
