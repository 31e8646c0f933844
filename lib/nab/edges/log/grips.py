"""What one process keeps open of a log from one append to the next: its lock, its folder and its newest segment.

All of that lies in the folder, so while the folder is as it was, so is what the names lead to.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from weakref import finalize

from nab.core.log.segments import Segment
from nab.edges import clock
from nab.edges.files import locks
from nab.edges.log.log_files import lock_of
from nab.edges.log.shared_syncs import WHAT
from nab.edges.log.tails import Tail

CLOSED = -1
WHOLE_SECOND, TICK_SECONDS = (
    1_000_000_000,
    0.05,
)  # of the clock by which the kernel dates changes: at most 10 ms


class Grip:
    """A hold on a log that is taken and let go of; one thread of one process at a time has it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pid = os.getpid()  # a child that was forked shares our locks, and needs a grip of its own
        self.mutex = threading.Lock()
        self.changed = 0  # when names in the folder changed last
        self._lock = self._itself = CLOSED
        self._place: tuple[int, int] | None = None  # device and inode of the folder
        self._opened = 0  # when names in the folder had changed when we opened the segment
        self._tail: Tail | None = None
        self._open_files: set[int] = set()
        finalize(self, close_all, self._open_files)

    def take(self, wait_seconds: float) -> None:
        """Be the only one who makes the log longer. Raises NabError (busy)."""
        locks.look()
        if not self._taken():
            for _ in locks.tries(max(wait_seconds, locks.GLANCE_SECONDS)):
                if self._taken():
                    return
            raise locks.busy(lock_of(self.folder), WHAT)

    def let_go(self) -> None:
        """Let others make it longer."""
        for file in (self._itself, self._lock):
            if file != CLOSED:
                locks.unlock(file)

    def close(self) -> None:
        """Close what is open until the next append, unless somebody is at it: a disk can be unmounted then."""
        if self.mutex.acquire(blocking=False):
            self._missed()
            self.mutex.release()

    def is_settled(self) -> bool:
        """Say whether the folder changed so long ago that a later change has another time."""
        age = clock.now().timestamp() - self.changed / WHOLE_SECOND
        return age > (TICK_SECONDS if self.changed % WHOLE_SECOND else 2)

    def tail(self, segment: Segment) -> Tail:
        """Return a segment, open at its end. Raises OSError."""
        kept = self._tail
        if kept is None or kept.segment != segment or self._opened != self.changed or not self.is_settled():
            self._tail = None
            if kept is not None:
                self._open_files.discard(kept.file)
                os.close(kept.file)
            kept = self._tail = Tail(self.folder, segment)
            self._open_files.add(kept.file)
            self._opened = self.changed
        return kept

    def _taken(self) -> bool:
        """Take the lock and the folder if both are free and still what their names lead to."""
        if self._lock == CLOSED:
            self._open()
        if not locks.locked(self._lock):
            return False
        if not locks.locked(self._itself):
            locks.unlock(self._lock)
            return False
        try:
            found = self.folder.stat()
        except FileNotFoundError:
            return self._missed()
        if (found.st_dev, found.st_ino) != self._place:
            return self._missed()
        if found.st_mtime_ns != self.changed and not locks.leads_to(lock_of(self.folder), self._lock):
            return self._missed()
        self.changed = found.st_mtime_ns
        return True

    def _missed(self) -> bool:
        """Begin anew with what the names lead to now, the next time."""
        self._lock = self._itself = CLOSED
        self._tail = None
        close_all(self._open_files)
        return False

    def _open(self) -> None:
        lock = locks.opened(lock_of(self.folder))
        self._open_files.add(lock)
        itself = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._open_files.add(itself)
        found = os.fstat(itself)
        self._place, self.changed = (found.st_dev, found.st_ino), 0
        self._lock, self._itself = lock, itself


def close_all(opened: set[int]) -> None:
    """Close files."""
    while opened:
        os.close(opened.pop())
