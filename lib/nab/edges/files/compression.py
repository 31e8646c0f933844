"""Putting a compressed copy in the place of a record that nobody writes any more. No moment of it is a loss."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from nab.core.errors import FAILED, NabError
from nab.edges.files import compressed, files

LEAST_BYTES = 16 << 10  # less is not worth a look: files take whole blocks of a disk


def pack(path: Path) -> int:
    """Compress a record. Returns the bytes that were won; 0 where it is not worth it.

    The copy is complete, on the disk, read again and compared before the record goes. Whoever is killed here leaves
    the record, or the copy, or both: the next call goes on. Raises NabError when the copy is not equal, with the
    record as it was.
    """
    target, before = compressed.beside(path), path.stat()
    if before.st_size < LEAST_BYTES:
        return 0
    temporary = files.temporary_of(target)
    try:
        digest = write(path, temporary)
        if read(temporary) != digest or changed(path, before):
            raise NabError(f"{path} changed while it was compressed, and stays as it is", exit_code=FAILED)
        os.utime(temporary, ns=(before.st_atime_ns, before.st_mtime_ns))
        won = before.st_size - temporary.stat().st_size
        if won <= 0:
            temporary.unlink()
            return 0
        temporary.rename(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    files.sync_folder(path.parent)  # the copy has its name on the disk before the record loses its own
    path.unlink()
    files.sync_folder(path.parent)
    return won


def write(path: Path, target: Path) -> str:
    """Write the compressed copy and have the disk confirm it. Returns the digest of what was compressed."""
    total = hashlib.sha256()

    def pieces() -> Iterator[bytes]:
        with path.open("rb") as source:
            while piece := source.read(compressed.PIECE):
                total.update(piece)
                yield piece

    with target.open("wb") as copy:
        for member in compressed.members(pieces()):
            copy.write(member)
        copy.flush()
        os.fsync(copy.fileno())
    return total.hexdigest()


def read(copy: Path) -> str:
    """Return the digest of what a compressed copy holds; of a damaged one, none. Raises OSError."""
    with compressed.Packed(copy.open("rb")) as raw:
        total = hashlib.sha256()
        while piece := raw.read(compressed.PIECE):
            total.update(piece)
    return total.hexdigest()


def changed(path: Path, before: os.stat_result) -> bool:
    """Say whether a file is not the one that was looked at."""
    now = path.stat()
    return (now.st_ino, now.st_size, now.st_mtime_ns) != (before.st_ino, before.st_size, before.st_mtime_ns)
