"""Records that rest are kept compressed, and are read as if they were not.

The format is gzip (RFC 1952), so `zcat` reads it too: a member for every MiB, each with both of its lengths in an
extra field of its header. So the piece that holds any byte is found without reading those before it.
"""

from __future__ import annotations

import errno
import io
import os
import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, cast

ENDING = ".gz"
PIECE = 1 << 20
LEVEL = 6  # the next one takes twice the time for 3 %
# Magic, deflate, "extra field", no time, no flags, no system; the field: its length, our two letters, 8 bytes.
MARK = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff" + struct.pack("<H2sH", 12, b"NB", 8)
LENGTHS = struct.Struct("<II")  # of the member, of its content
SUMS = struct.Struct("<II")  # CRC-32 and length of its content
HEAD = len(MARK) + LENGTHS.size


class Member(NamedTuple):
    """Where a piece begins, in the content and in the file, and how long it is in both."""

    start: int
    size: int
    place: int
    length: int


def beside(path: Path) -> Path:
    """Return where the compressed form of a record is."""
    return path.with_name(path.name + ENDING)


def plain(path: Path) -> Path:
    """Return the record that a file is, or is the compressed form of."""
    return path.with_name(path.name.removesuffix(ENDING))


def there(path: Path) -> bool:
    """Say whether there is such a record, in either form."""
    return path.is_file() or beside(path).is_file()


def opened(path: Path) -> io.BufferedReader:
    """Open a record in whichever form it is. Raises FileNotFoundError that names the plain one."""
    try:
        return path.open("rb")
    except FileNotFoundError:
        try:
            file = beside(path).open("rb")
        except FileNotFoundError:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path)) from None
        return cast("io.BufferedReader", io.BufferedReader(Packed(file), PIECE))


def size(path: Path) -> int:
    """Return how long a record is when it is not compressed; 0 where there is none."""
    try:
        with opened(path) as file:
            return file.seek(0, os.SEEK_END)
    except FileNotFoundError:
        return 0


def members(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield a compressed member for every piece."""
    for piece in pieces:
        packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        body = packer.compress(piece) + packer.flush()
        lengths = LENGTHS.pack(HEAD + len(body) + SUMS.size, len(piece))
        yield MARK + lengths + body + SUMS.pack(zlib.crc32(piece), len(piece))


class Packed(io.RawIOBase):
    """The content of a compressed record, to be read from any place. Raises OSError where it is damaged."""

    def __init__(self, file: io.BufferedReader) -> None:
        self.file, self.place = file, 0
        self.held: tuple[Member | None, bytes] = (None, b"")
        try:
            self.members = list(self.listed())
        except OSError:
            file.close()
            raise
        self.starts = [one.start for one in self.members]
        self.size = self.members[-1].start + self.members[-1].size if self.members else 0

    def listed(self) -> Iterator[Member]:
        """Yield the members, from head to head."""
        start = place = 0
        end = os.fstat(self.file.fileno()).st_size
        while place < end:
            head = os.pread(self.file.fileno(), HEAD, place)
            if len(head) < HEAD or not head.startswith(MARK):
                raise self.damaged(place)
            length, size = LENGTHS.unpack_from(head, len(MARK))
            if length < HEAD + SUMS.size or place + length > end:
                raise self.damaged(place)
            yield Member(start, size, place, length)
            start, place = start + size, place + length

    def damaged(self, place: int) -> OSError:
        return OSError(errno.EIO, f"no compressed record of ours at byte {place}", str(self.file.name))

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self.place, os.SEEK_END: self.size}[whence]
        self.place = max(0, base + offset)
        return self.place

    def readinto(self, buffer: object) -> int:
        """Read on, at most to the end of a piece."""
        target = memoryview(cast("bytearray", buffer)).cast("B")
        if self.place >= self.size:
            return 0
        member = self.members[bisect_right(self.starts, self.place) - 1]
        content, begin = self.content(member), self.place - member.start
        read = content[begin : begin + len(target)]
        target[: len(read)] = read
        self.place += len(read)
        return len(read)

    def content(self, member: Member) -> bytes:
        """Return a piece; the last one is remembered."""
        if self.held[0] != member:
            body = os.pread(self.file.fileno(), member.length, member.place)[HEAD:]
            try:
                content = zlib.decompress(body[: -SUMS.size], -zlib.MAX_WBITS, member.size)
                if SUMS.unpack(body[-SUMS.size :]) != (zlib.crc32(content), member.size):
                    raise self.damaged(member.place)
            except (zlib.error, struct.error):
                raise self.damaged(member.place) from None
            self.held = (member, content)
        return self.held[1]

    def close(self) -> None:
        if not self.closed:
            self.file.close()
        super().close()
