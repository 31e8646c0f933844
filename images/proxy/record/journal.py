"""A record that grows by whole lines, and knows beforehand whether there is room for the next ones."""

from __future__ import annotations

import ctypes
import errno
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from record import segments

KEEP_SIZE = 1
STEP = 1 << 20
WINDOW = 1 << 16
TURN_AGAIN_SECONDS = 1.0
UNSUPPORTED = frozenset({errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL})


@dataclass(frozen=True)
class Limits:
    """When a segment is closed, and how much of the disk is left to others; both in bytes."""

    segment_bytes: int = 256 << 20
    segment_period: str = segments.MONTH
    spare_bytes: int = 0


USUAL = Limits()


class Journal:
    """One writer's record. What was appended is whole lines; a line that could not be written leaves nothing.

    `start` is where the file that grows begins in the record, `size` how long that file is. `torn` is how many bytes of
    a half-written last line were cut off when it was opened.
    """

    def __init__(self, path: str, limits: Limits = USUAL, clock: Callable[[], float] = time.time) -> None:
        self.path, self.limits, self.clock = path, limits, clock
        self.start = segments.newest(path)
        self.file = opened(self.named(self.start))
        seen = os.fstat(self.file)
        self.size, self.written, self.failed_turn = seen.st_size, seen.st_mtime, 0.0
        self.torn = self.mend()
        self.reserved = self.size
        self.can_reserve = self.unsynced = True
        self.error: OSError | None = None
        self.retired: list[int] = []  # closed segments that whoever syncs may still hold

    def named(self, start: int) -> str:
        """Return the file that begins at a place of the record."""
        folder, own = os.path.split(self.path)
        return os.path.join(folder, segments.name(own, start))

    def mend(self) -> int:
        """Cut off a last line that has no end."""
        place, kept = self.size, 0
        while place:
            begin = max(0, place - WINDOW)
            newline = os.pread(self.file, place - begin, begin).rfind(b"\n")
            if newline >= 0:
                kept = begin + newline + 1
                break
            place = begin
        torn, self.size = self.size - kept, kept
        if torn:
            os.ftruncate(self.file, kept)
        return torn

    def append(self, line: bytes) -> int | None:
        """Write a line in one system call, into one segment.

        Returns where in the record it begins; None when it could not be written.
        """
        self.go_on()
        begin = self.size
        try:
            written = os.write(self.file, line)
            if written < len(line):
                os.ftruncate(self.file, begin)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            self.error = error
            self.start_afresh()
            return None
        self.size, self.error, self.unsynced = begin + written, None, True
        self.written = self.clock()
        return self.start + begin

    def go_on(self) -> None:
        """Begin the next segment, if that is due. Where it cannot be done, this one grows on, and no line is lost."""
        now, limits = self.clock(), self.limits
        due = segments.is_over(self.size, self.written, now, limits.segment_bytes, limits.segment_period)
        if not due or abs(now - self.failed_turn) < TURN_AGAIN_SECONDS:
            return
        try:
            self.turn()
        except OSError:
            self.failed_turn = now

    def turn(self) -> None:
        """Close this segment for good and go on in the next one, with as much room put aside there. Raises OSError.

        What this one holds is on the disk before the next one has a name.
        """
        self.sync()
        path = self.named(self.start + self.size)
        new = opened(path, os.O_EXCL)
        try:
            aside = max(0, self.reserved - self.size)
            if self.can_reserve and aside:
                allocate(new, 0, aside)
            sync_folder(self.path)
        except OSError:
            os.close(new)
            with suppress(OSError):
                os.unlink(path)
            raise
        self.give_back()
        self.retired.append(self.file)
        self.file, self.start, self.size, self.reserved = new, self.start + self.size, 0, aside
        self.unsynced = True

    def start_afresh(self) -> None:
        """After a failure: make sure that the next line begins a line."""
        with suppress(OSError):
            os.ftruncate(self.file, self.size)
        with suppress(OSError):
            self.size = os.fstat(self.file).st_size
            if self.size and os.pread(self.file, 1, self.size - 1) != b"\n" and os.write(self.file, b"\n"):
                self.size += 1

    def holds(self, bytes_to_come: int) -> bool:
        """Say whether so many bytes more can be written, having put them aside on the disk for this file.

        On a file system that cannot do that the answer is that of the last write.
        """
        end = self.size + bytes_to_come
        if self.can_reserve and end > self.reserved:
            wanted = [max(end, self.size + STEP), end]
            return any(self.reserve(least) for least in wanted)
        return self.can_reserve or self.error is None

    def reserve(self, end: int) -> bool:
        """Put room aside up to this place. The file's length stays."""
        try:
            leave(self.file, end - self.size + self.limits.spare_bytes, self.limits.spare_bytes)
            allocate(self.file, self.size, end - self.size)
        except OSError as error:
            self.can_reserve = error.errno not in UNSUPPORTED
            return not self.can_reserve and self.error is None
        self.reserved = end
        return True

    def sync(self) -> None:
        """Put what was written on the disk."""
        self.unsynced = False
        try:
            os.fdatasync(self.file)
        except OSError as error:
            self.error = error

    def sync_and_forget(self) -> None:
        """Sync, and close what was retired before: for the one thread that does so beside the writer."""
        before = len(self.retired)
        self.sync()
        for _ in range(before):
            os.close(self.retired.pop(0))

    def give_back(self) -> None:
        """Free what was put aside."""
        with suppress(OSError):
            os.ftruncate(self.file, self.size)

    def close(self) -> None:
        """Sync, and give back what was put aside."""
        self.give_back()
        self.sync_and_forget()
        os.close(self.file)


def opened(path: str, more: int = 0) -> int:
    """Open a file to append to it."""
    return os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | more, 0o640)


def sync_folder(path: str) -> None:
    """Have the disk confirm the names in a file's folder."""
    folder = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def leave(file: int, wanted: int, spare: int) -> None:
    """Take nothing of what is others' on a file's disk. Raises OSError, as a full disk does."""
    if spare:
        disk = os.fstatvfs(file)
        if disk.f_bavail * disk.f_frsize < wanted:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def allocate(file: int, begin: int, count: int) -> None:
    """Ask for blocks beyond the end of a file: the standard library's call would make the file longer."""
    offset = ctypes.c_int64
    library = ctypes.CDLL(None, use_errno=True)
    if library.fallocate(file, KEEP_SIZE, offset(begin), offset(count)):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
