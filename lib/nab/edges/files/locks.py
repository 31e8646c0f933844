"""Locks that the kernel holds for a process and frees when it ends, however it ends.

The kernel locks a file, not its name. So whoever has taken a lock looks whether the name still leads to that file, and
whoever holds one looks again now and then. One whose file was deleted makes it anew and holds that; where somebody
else was quicker, it has lost the lock and takes no other.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nab.core.errors import BUSY, FAILED, NabError
from nab.edges import clock
from nab.edges.files import files

GLANCE_SECONDS, POLL_SECONDS = 0.05, 0.001
OPEN = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(eq=False)
class Lock:
    """A lock that this process holds: an open file that the kernel has locked for us, and its name."""

    path: Path
    what: str
    file: int

    def look(self) -> None:
        """See that it is still ours. Raises NabError where its file was deleted and somebody else has it by now."""
        while not leads_to(self.path, self.file):
            files.make_folder(self.path.parent)
            anew = os.open(self.path, OPEN | os.O_CREAT, 0o644)
            if not locked(anew):
                os.close(anew)
                raise NabError(
                    f"{self.what}: {self.path} was deleted while we held it, and somebody else holds it now",
                    hint="one of the two processes has to be ended; never delete a lock file",
                    exit_code=FAILED,
                )
            os.close(self.file)
            self.file = anew


HELD: set[Lock] = set()  # by this process


@contextmanager
def held(path: Path, *, what: str, wait_seconds: float = 0) -> Iterator[None]:
    """Hold a lock, waiting at most that long for it; the lock file is never deleted.

    Raises NabError (75, not now) when somebody else has it, this process included; and where this process has lost
    another one that it held.
    """
    look()
    files.make_folder(path.parent)
    lock = Lock(path, what, taken(path, what, wait_seconds))
    HELD.add(lock)
    try:
        yield
    finally:
        HELD.discard(lock)
        os.close(lock.file)


def look() -> None:
    """See that all locks of this process are still its own; for whoever holds one for long. Raises NabError."""
    for lock in tuple(HELD):
        lock.look()


def taken(path: Path, what: str, wait_seconds: float) -> int:
    """Take a lock. Returns its open file. Raises NabError."""
    # Never less than a glance: is_held takes the lock for some microseconds.
    deadline = clock.monotonic() + max(wait_seconds, GLANCE_SECONDS)
    while True:
        file = os.open(path, OPEN | os.O_CREAT, 0o644)
        if locked(file) and leads_to(path, file):
            return file
        os.close(file)
        if clock.monotonic() >= deadline:
            raise NabError(
                f"{what} is busy: somebody else holds {path}",
                hint=f"it is free as soon as its holder ends; fuser -v {path} names the holder",
                exit_code=BUSY,
            )
        clock.pause(POLL_SECONDS)


def locked(file: int) -> bool:
    """Have the kernel lock an open file for us. Says whether it does."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def leads_to(path: Path, file: int) -> bool:
    """Say whether a name leads to an open file."""
    try:
        named = path.lstat()
    except FileNotFoundError:
        return False
    return os.path.samestat(named, os.fstat(file))


@contextmanager
def folder_held(folder: Path, *, what: str, wait_seconds: float) -> Iterator[None]:
    """Hold a folder itself beside a lock in it: who deletes the lock's file lets nobody in. Raises NabError (75)."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        deadline = clock.monotonic() + wait_seconds
        while not locked(file):
            if clock.monotonic() >= deadline:
                raise NabError(f"{what} is busy: somebody else holds {folder}", exit_code=BUSY)
            clock.pause(POLL_SECONDS)
        yield
    finally:
        os.close(file)


def is_held(path: Path) -> bool:
    """Say whether somebody holds a lock. Makes no file and waits for nobody."""
    while True:
        try:
            file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            if leads_to(path, file):
                return False
        except BlockingIOError:
            return True
        finally:
            os.close(file)
