"""What is inside a compressed file, so that nothing goes out unseen; what cannot be opened stays here."""

from __future__ import annotations

import bz2
import io
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

MOST_BYTES = 128 << 20  # unpacked, of one file with all that is nested in it
DEEPEST = 4
PIECE, FIRST_FEED = 1 << 20, 256  # a stream is fed little at first: there may be many short ones in a row
PADDING = re.compile(rb"\0*")
CLOSED = {  # formats that the standard library cannot open
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "rar",
    b"\x04\x22\x4d\x18": "lz4",
    b"\x1f\x9d": "compress",
}
STREAMS: tuple[tuple[re.Pattern[bytes], str, Callable[[], Any]], ...] = (
    (re.compile(rb"\x1f\x8b"), "gzip", lambda: zlib.decompressobj(31)),
    (re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"), "bzip2", bz2.BZ2Decompressor),
    (re.compile(rb"\xfd7zXZ\x00"), "xz", lzma.LZMADecompressor),
)
ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
ZIP = b"PK\x03\x04"
ZIP_END, ZIP_END_WITHIN = b"PK\x05\x06", 1 << 16  # a zip file may have anything before it


def may_be_packed(content: bytes) -> bool:
    """Say whether a content is one that is opened, or would have to be; everything else is plain."""
    return (
        content.startswith((*CLOSED, ZIP))
        or content[257:262] == b"ustar"
        or any(magic.match(content) for magic, _, _ in STREAMS)
        or ZLIB.match(content) is not None
        or ZIP_END in content[-ZIP_END_WITHIN:]
    )


class Sealed(Exception):
    """A file that is compressed, and cannot be looked into to its end."""


@dataclass
class Unpacking:
    """One file being opened; `room` is how many bytes may still come out of it."""

    room: int = MOST_BYTES

    def members(self, content: bytes, depth: int = 0) -> Iterator[tuple[bytes, bytes]]:
        """Yield the name and the content of all that is inside, nested files too. Raises Sealed."""
        for name, inside in self.directly(content):
            if depth == DEEPEST:
                raise Sealed("nested too deep")
            yield name, inside
            yield from self.members(inside, depth + 1)

    def directly(self, content: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Yield what is directly inside; nothing where the content is not compressed."""
        return self.opened(content) if may_be_packed(content) else iter(())

    def opened(self, content: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Yield what is directly inside, if it is what it looks like. Raises Sealed."""
        if closed := next((name for magic, name in CLOSED.items() if content.startswith(magic)), ""):
            raise Sealed(closed)
        if content.startswith(ZIP):
            yield from self.zipped(content)
        elif content[257:262] == b"ustar":
            yield from self.archived(content)
        else:
            for magic, what, start in STREAMS:
                if magic.match(content):
                    yield b"", self.stream(start, content, what)
            if ZLIB.match(content):
                yield from self.perhaps_zlib(content)
            if ZIP_END in content[-ZIP_END_WITHIN:]:
                yield from self.perhaps_zip(content)

    def stream(self, start: Callable[[], Any], content: bytes, what: str) -> bytes:
        """Unpack one or more compressed streams, one behind the other. Raises Sealed when they are not whole."""
        out, place = bytearray(), 0
        try:
            while place < len(content):
                opened = start()
                for piece, fed in fed_to(opened, content, place):
                    self.spend(len(piece))
                    out += piece
                    place = fed
                if not opened.eof:
                    raise Sealed(f"{what}, cut short")
                place = skip_padding(content, place - len(opened.unused_data))
        except (zlib.error, OSError, lzma.LZMAError, ValueError, EOFError):
            raise Sealed(f"{what}, damaged") from None
        return bytes(out)

    def perhaps_zlib(self, content: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Unpack zlib. Two magic bytes prove little: data that does not decompress is treated as plain."""
        try:
            inside = zlib.decompressobj().decompress(content, self.room + 1)
        except zlib.error:
            return
        self.spend(len(inside))
        yield b"", inside

    def perhaps_zip(self, content: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Open what ends like a zip file, whatever it begins with, if it is one."""
        try:
            zipfile.ZipFile(io.BytesIO(content)).close()
        except (zipfile.BadZipFile, OSError, ValueError):
            return
        yield from self.zipped(content)

    def zipped(self, content: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Open a zip file."""
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as opened:
                for entry in opened.infolist():
                    self.spend(entry.file_size)
                    yield entry.filename.encode("utf-8", "surrogateescape"), opened.read(entry)
        except Sealed:
            raise
        except (
            zipfile.BadZipFile,
            RuntimeError,
            NotImplementedError,
            OSError,
            zlib.error,
            ValueError,
            EOFError,
        ):
            raise Sealed("zip, encrypted or damaged") from None

    def archived(self, content: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Open a tar file."""
        try:
            with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as opened:
                for entry in opened:
                    if entry.size < 0:  # the next entry would be this one, for ever
                        raise Sealed("tar, damaged")
                    file = opened.extractfile(entry) if entry.isreg() else None
                    self.spend(entry.size if file else 0)
                    yield entry.name.encode("utf-8", "surrogateescape"), file.read() if file else b""
        except (tarfile.TarError, OSError, ValueError, EOFError):
            raise Sealed("tar, damaged") from None

    def spend(self, size: int) -> None:
        """Count what came out. Raises Sealed when it is too much."""
        self.room -= size
        if self.room < 0:
            raise Sealed(f"more than {MOST_BYTES >> 20} MiB inside")


def fed_to(opened: Any, content: bytes, place: int) -> Iterator[tuple[bytes, int]]:
    """Feed a stream from a place on; yield what comes out and how far it was fed, until it ends or gets no more."""
    step, rest = FIRST_FEED, b""
    while not opened.eof:
        feed = rest
        if not rest and getattr(opened, "needs_input", True):
            feed = content[place : place + step]
            place, step = place + len(feed), min(2 * step, PIECE)
        piece = opened.decompress(feed, PIECE)
        rest = getattr(opened, "unconsumed_tail", b"")
        if not piece and not feed:
            return
        yield piece, place


def skip_padding(content: bytes, place: int) -> int:
    """Return where the zeros that may stand between two streams end."""
    padding = PADDING.match(content, place)
    return padding.end() if padding else place
