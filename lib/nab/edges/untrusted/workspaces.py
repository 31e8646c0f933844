"""Reading a folder that somebody hostile writes to at the same time: no link is followed, nothing waits."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from nab.core.recording.workspace.exclusions import MIB
from nab.core.recording.workspace.index import UNKNOWN
from nab.edges import clock

CAREFULLY = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
NOTHING: Mapping[bytes, int] = {}
RACY_SECONDS = 2.0  # a file may change again within one tick of the file system's clock


def join(folder: bytes, name: bytes) -> bytes:
    """Return the path of an entry; the workspace itself is the empty path."""
    return folder + b"/" + name if folder else name


@contextmanager
def opened(root: bytes, path: bytes, flags: int = 0) -> Iterator[int]:
    """Open what lies at a path below the root. Raises OSError, also when a link on the way led elsewhere."""
    whole = join(root, path) if path else root
    file = os.open(whole, CAREFULLY | flags)
    try:
        if os.readlink(b"/proc/self/fd/%d" % file) != whole:  # noqa: PTH115 (it is bytes)
            raise OSError(errno.ELOOP, "moved while it was opened")
        yield file
    finally:
        os.close(file)


def signature(found: os.stat_result) -> int:
    """Return a number that changes when a file does. The change time is in it, which an agent cannot set back."""
    return hash((found.st_ctime_ns, found.st_ino, found.st_size, found.st_mode))


def settled(found: os.stat_result, now: float) -> int:
    """Return the signature, or UNKNOWN for a file that changed so lately that another change could look the same."""
    return signature(found) if found.st_ctime + RACY_SECONDS < now else UNKNOWN


class Listing(NamedTuple):
    """A folder, what is in it as it was known, all else that is in it, and how many more were only counted."""

    itself: os.stat_result
    same: set[bytes]
    others: dict[bytes, os.stat_result]
    beyond: int

    def has(self, name: bytes) -> bool:
        return name in self.same or name in self.others


def listing(root: bytes, folder: bytes, known: Mapping[bytes, int] = NOTHING, most: int = 1 << 20) -> Listing:
    """List a folder; of more than `most` entries the known ones come first. Raises OSError."""
    same: set[bytes] = set()
    others: dict[bytes, os.stat_result] = {}
    beyond, room = 0, most - len(known)
    with opened(root, folder, os.O_DIRECTORY) as file, os.scandir(file) as present:
        for entry in present:  # a hundred thousand times a minute: nothing here that can be elsewhere
            name = entry.name.encode("utf-8", "surrogateescape")
            old = known.get(name)
            if old is None:
                room -= 1
                if room < 0:
                    beyond += 1
                    continue
            try:
                seen = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            if old == hash((seen.st_ctime_ns, seen.st_ino, seen.st_size, seen.st_mode)):
                same.add(name)
            else:
                others[name] = seen
        return Listing(os.fstat(file), same, others, beyond)


def content(root: bytes, path: bytes, at_most: int) -> bytes | None:
    """Return a regular file's bytes; None when it has grown over the limit. Raises OSError for anything else."""
    with opened(root, path) as file:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise OSError(errno.EINVAL, "no regular file any more")
        with os.fdopen(file, "rb", closefd=False) as reader:
            read = reader.read(at_most + 1)
    return read if len(read) <= at_most else None


def target(root: bytes, folder: bytes, name: bytes) -> bytes:
    """Return what a link says, without following it. Raises OSError."""
    with opened(root, folder, os.O_DIRECTORY) as file:
        return os.readlink(name, dir_fd=file)


def count(root: bytes, folder: bytes, until: float) -> tuple[int, int]:
    """Count the files below a folder and their bytes, as far as the time and our rights allow."""
    files = size = 0
    waiting = [folder]
    while waiting and clock.monotonic() < until:
        inside = waiting.pop()
        try:
            found = listing(root, inside)
        except OSError:
            continue
        files += found.beyond
        for name, seen in found.others.items():
            if stat.S_ISDIR(seen.st_mode):
                waiting.append(join(inside, name))
            else:
                files, size = files + 1, size + seen.st_size
    return files, size


@dataclass
class Hashing:
    """The SHA-256 of one large file, taken a piece at a time."""

    path: bytes
    signature: int
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)
    offset: int = 0

    def go_on(self, root: bytes, budget: int, until: float) -> tuple[int, str | None]:
        """Read on, at most that many bytes. Returns how many, and the digest at the file's end.

        Raises OSError when the file is no longer the one that was begun.
        """
        began = self.offset
        with opened(root, self.path) as file:
            if signature(os.fstat(file)) != self.signature:
                raise OSError(errno.EAGAIN, "changed since it was seen")
            while self.offset - began < budget and clock.monotonic() < until:
                piece = os.pread(file, MIB, self.offset)
                self.digest.update(piece)
                self.offset += len(piece)
                if not piece and signature(os.fstat(file)) == self.signature:
                    return self.offset - began, self.digest.hexdigest()
                if not piece:
                    raise OSError(errno.EAGAIN, "changed while it was read")
        return self.offset - began, None
