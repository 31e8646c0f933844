"""Reading a folder that somebody hostile writes to at the same time: no link is followed, nothing waits."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from nab.core.recording.workspace.exclusions import MIB
from nab.core.recording.workspace.index import UNKNOWN
from nab.edges import clock
from nab.edges.untrusted import descriptors, walks
from nab.paths import AgentFolder

NOTHING: Mapping[bytes, int] = {}
RACY_SECONDS = 2.0  # a file may change again within one tick of the file system's clock


def join(folder: bytes, name: bytes) -> bytes:
    """Return the path of an entry; the workspace itself is the empty path."""
    return folder + b"/" + name if folder else name


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


def listing(
    root: AgentFolder, folder: bytes, known: Mapping[bytes, int] = NOTHING, most: int = 1 << 20
) -> Listing:
    """List a folder; of more than `most` entries the known ones come first. Raises OSError."""
    same: set[bytes] = set()
    others: dict[bytes, os.stat_result] = {}
    beyond, room = 0, most - len(known)
    with descriptors.folder(root, folder) as file, os.scandir(file) as present:
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


def content(root: AgentFolder, path: bytes, at_most: int) -> bytes | None:
    """Return a regular file's bytes; None when it has grown over the limit. Raises OSError for anything else."""
    with (
        descriptors.regular(root, path) as (file, _),
        os.fdopen(file, "rb", closefd=False) as reader,
    ):
        read = reader.read(at_most + 1)
    return read if len(read) <= at_most else None


def target(root: AgentFolder, folder: bytes, name: bytes) -> bytes:
    """Return what a link says, without following it. Raises OSError."""
    with descriptors.folder(root, folder) as file:
        return os.readlink(name, dir_fd=file)


def count(root: AgentFolder, folder: bytes, until: float) -> tuple[int, int]:
    """Count the files below a folder and their bytes, as far as the time and our rights allow."""
    files = size = 0
    with suppress(OSError), descriptors.folder(root, folder) as start:
        for step in walks.through(start):
            found = [seen.st_size for _, seen in step.entries if not stat.S_ISDIR(seen.st_mode)]
            files, size = files + len(found), size + sum(found)
            if clock.monotonic() >= until:
                break
    return files, size


@dataclass
class Hashing:
    """The SHA-256 of one large file, taken a piece at a time."""

    path: bytes
    signature: int
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)
    offset: int = 0

    def go_on(self, root: AgentFolder, budget: int, until: float) -> tuple[int, str | None]:
        """Read on, at most that many bytes. Returns how many, and the digest at the file's end.

        Raises OSError when the file is no longer the one that was begun.
        """
        began = self.offset
        with descriptors.regular(root, self.path) as (file, found):
            if signature(found) != self.signature:
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
