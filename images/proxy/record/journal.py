"""A file that grows by whole lines, and knows beforehand whether there is room for the next ones."""

from __future__ import annotations

import ctypes
import errno
import os
from contextlib import suppress

KEEP_SIZE = 1
STEP = 1 << 20
WINDOW = 1 << 16
UNSUPPORTED = frozenset({errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL})


class Journal:
    """One writer's file. What was appended is whole lines; a line that could not be written leaves nothing.

    `torn` is how many bytes of a half-written last line were cut off when it was opened.
    """

    def __init__(self, path: str, most_bytes: int) -> None:
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self.file, self.most_bytes = os.open(path, flags, 0o640), most_bytes
        self.size = os.fstat(self.file).st_size
        self.torn = self.mend()
        self.reserved = self.size
        self.can_reserve = self.unsynced = True
        self.error: OSError | None = None

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
        """Write a line in one system call. Returns where it begins; None when it could not be written."""
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
        return begin

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
        if end > self.most_bytes:
            return False
        if self.can_reserve and end > self.reserved:
            wanted = [max(end, self.size + STEP), end]
            return any(self.reserve(least) for least in wanted)
        return self.can_reserve or self.error is None

    def reserve(self, end: int) -> bool:
        """Put room aside up to this place. The file's length stays."""
        try:
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

    def close(self) -> None:
        """Sync, and give back what was put aside."""
        with suppress(OSError):
            os.ftruncate(self.file, self.size)
        self.sync()
        os.close(self.file)


def allocate(file: int, begin: int, count: int) -> None:
    """Ask for blocks beyond the end of a file: the standard library's call would make the file longer."""
    offset = ctypes.c_int64
    library = ctypes.CDLL(None, use_errno=True)
    if library.fallocate(file, KEEP_SIZE, offset(begin), offset(count)):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
