"""A backup as a file: a tar, compressed, with a list of all that is in it at its end. It is written once, from front
to back, and read the same way: a year of records passes without ever being in memory.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, BinaryIO

from nab.core.errors import FAILED, NabError
from nab.core.upkeep.backup.contents import HEAD, LIST
from nab.core.upkeep.backup.entries import Entry, Kind, line

PIECE = 1 << 20
LEVEL = 1
BLOCK = 512
PLACE, WHOLE = "NAB.place", "NAB.whole"
KINDS = {
    Kind.FILE: tarfile.REGTYPE,
    Kind.FOLDER: tarfile.DIRTYPE,
    Kind.LINK: tarfile.SYMTYPE,
    Kind.SAME: tarfile.LNKTYPE,
}
OF_TYPE = {written: kind for kind, written in KINDS.items()}
BROKEN = (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, ValueError)
Take = Callable[[Entry, Iterator[bytes]], None]


class Passing:
    """Bytes on their way into a tar: exactly so many, counted and hashed. What is missing at the end is zeros."""

    def __init__(self, pieces: Iterable[bytes], size: int) -> None:
        self.pieces, self.left = iter(pieces), size
        self.rest = b""
        self.digest = hashlib.sha256()

    def read(self, size: int = PIECE) -> bytes:
        """Return the next bytes, as many as are asked for but at the end."""
        want = min(size, self.left)
        while len(self.rest) < want:
            piece = next(self.pieces, None)
            self.rest += bytes(want - len(self.rest)) if piece is None else piece
        given, self.rest = self.rest[:want], self.rest[want:]
        self.left -= want
        self.digest.update(given)
        return given


class Writer:
    """Writes a backup. `bytes` is what has passed."""

    def __init__(self, tar: tarfile.TarFile, lines: IO[bytes]) -> None:
        self.tar, self.lines = tar, lines
        self.bytes = 0

    def add(self, entry: Entry, pieces: Iterable[bytes] = ()) -> None:
        """Write an entry, and the bytes that belong to it."""
        passing = Passing(pieces, entry.size)
        self.tar.addfile(as_member(entry), passing)
        forget(self.tar)
        self.lines.write(line(entry, passing.digest.hexdigest()))
        self.bytes += entry.size

    def add_bytes(self, entry: Entry, content: bytes) -> None:
        """Write a file whose content is at hand."""
        self.add(replace(entry, size=len(content), whole=len(content)), [content])

    def add_file(self, entry: Entry, file: int, size: int) -> None:
        """Write so much of an open file, without its holes."""
        for start, end in extents(file, size):
            self.add(replace(entry, size=end - start, place=start, whole=size), between(file, start, end))

    def finish(self) -> None:
        """Write the list."""
        member = tarfile.TarInfo(LIST)
        member.size = self.lines.tell()
        self.lines.seek(0)
        self.tar.addfile(member, self.lines)


@contextmanager
def writing(sink: BinaryIO) -> Iterator[Writer]:
    """Write a backup into an open file, to its end unless something is raised."""
    with (
        TemporaryFile() as lines,
        gzip.GzipFile("", "wb", LEVEL, sink, mtime=0) as packed,
        tarfile.TarFile(
            fileobj=packed, mode="w", format=tarfile.PAX_FORMAT, encoding="utf-8", copybufsize=PIECE
        ) as tar,
    ):
        out = Writer(tar, lines)
        yield out
        out.finish()


def forget(tar: tarfile.TarFile) -> None:
    """Have a tar not keep in memory what has passed: there may be millions."""
    tar.members = []  # type: ignore[attr-defined]


def extents(file: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield from where to where an open file has bytes; of one without any that there is nothing at its start."""
    if os.fstat(file).st_blocks * BLOCK >= size:
        yield 0, size
        return
    place, found = 0, False
    while place < size:
        try:
            start = os.lseek(file, place, os.SEEK_DATA)
        except OSError:  # nothing but a hole up to its end
            break
        place = min(size, os.lseek(file, start, os.SEEK_HOLE))
        if start < place:
            found = True
            yield start, place
    if not found:
        yield 0, 0


def between(file: int, start: int, end: int) -> Iterator[bytes]:
    """Yield what an open file holds from one place to another, as far as it reaches."""
    while start < end:
        piece = os.pread(file, min(PIECE, end - start), start)
        if not piece:
            return
        yield piece
        start += len(piece)


def as_member(entry: Entry) -> tarfile.TarInfo:
    """Write an entry as a tar does."""
    member = tarfile.TarInfo(os.fsdecode(entry.path))
    member.type, member.mode, member.mtime = KINDS[entry.kind], entry.mode, max(0, entry.modified)
    member.uid = member.gid = entry.owner
    member.size, member.linkname = entry.size, os.fsdecode(entry.target)
    if entry.is_piece:
        member.pax_headers = {PLACE: str(entry.place), WHOLE: str(entry.whole)}
    return member


def as_entry(member: tarfile.TarInfo) -> Entry:
    """Read a member of a tar. Raises ValueError for what we never write."""
    if member.type not in OF_TYPE:
        raise ValueError(f"a member of type {member.type!r}")
    place, whole = member.pax_headers.get(PLACE, "0"), member.pax_headers.get(WHOLE, str(member.size))
    return Entry(
        os.fsencode(member.name), OF_TYPE[member.type], member.mode, member.uid, int(member.mtime),
        os.fsencode(member.linkname), member.size, int(place), int(whole),
    )  # fmt: skip


def head(file: Path) -> bytes:
    """Return what a backup begins with. Raises NabError for what is none."""
    try:
        with gzip.open(file) as packed, tarfile.open(fileobj=packed, mode="r|") as tar:
            member = tar.next()
            content = tar.extractfile(member) if member and member.name == HEAD else None
            return content.read(PIECE) if content else b""
    except BROKEN:
        return b""


def read(file: Path, take: Take) -> None:
    """Read a backup from front to back, hand each entry on with its bytes, and compare all with the list at its end.

    Raises NabError where it is cut or damaged, once that is seen.
    """
    with gzip.open(file) as packed, TemporaryFile() as seen:
        try:
            listed = passed(packed, seen, take)
            while packed.read(PIECE):  # to its very end, where its checksum is
                pass
        except BROKEN as error:
            raise broken(file, str(error)) from None
    if not listed:
        raise broken(file, "its end is missing")


def passed(packed: gzip.GzipFile, seen: IO[bytes], take: Take) -> bool:
    """Hand on what is in a tar. Returns whether the list was there, and right; raises ValueError where it differs."""
    with tarfile.open(fileobj=packed, mode="r|", encoding="utf-8", errors="surrogateescape") as tar:
        for member in tar:
            forget(tar)
            content = tar.extractfile(member) if member.isfile() else None
            if member.name == LIST and content:
                seen.seek(0)
                compare(content, seen)
                return True
            entry, digest = as_entry(member), hashlib.sha256()
            pieces = hashed(content, digest.update) if content else iter(())
            take(entry, pieces)
            for _ in pieces:  # what is not taken is only looked at
                pass
            seen.write(line(entry, digest.hexdigest()))
    return False


def hashed(content: IO[bytes], update: Callable[[bytes], None]) -> Iterator[bytes]:
    """Yield the bytes of a member, each hashed before it is handed on."""
    while piece := content.read(PIECE):
        update(piece)
        yield piece


def compare(listed: IO[bytes], seen: IO[bytes]) -> None:
    """Raise ValueError that names the first thing that is not as the list has it."""
    for wanted, found in zip_longest(listed, seen):
        if wanted != found:
            name = (wanted or found or b"").split(b" ")[-2:-1]
            raise ValueError(f"not as it was written: {b''.join(name).decode(errors='replace')}")


def broken(file: Path, why: str) -> NabError:
    """Say that a backup is not whole."""
    said = f"{file} is cut or damaged: {why}"
    return NabError(said, hint="nothing was written; take another copy of it", exit_code=FAILED)
