"""Locks that the kernel holds for a process and frees when it ends, however it ends.

The kernel locks a file, not its name. So whoever has taken a lock looks whether the name still leads to that file, and
whoever holds one looks again now and then. One whose file was deleted makes it anew and holds that; where somebody
else was quicker, it has lost the lock and takes no other.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from nab.core.errors import BUSY, FAILED, NabError
from nab.edges import clock
from nab.edges.files import files

GLANCE_SECONDS = 0.05
SHORTEST_PAUSE, LONGEST_PAUSE = 0.00005, 0.001  # seconds between two tries: most locks are held for that long
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

    def let_go(self) -> None:
        """Free it."""
        HELD.discard(self)
        os.close(self.file)


HELD: set[Lock] = set()  # by this process


class held(AbstractContextManager[None]):
    """Hold a lock, waiting at most that long for it; the lock file is never deleted.

    Raises NabError (75, not now) when somebody else has it, this process included; and where this process has lost
    another one that it held.
    """

    def __init__(self, path: Path, *, what: str, wait_seconds: float = 0) -> None:
        self.path, self.what, self.wait_seconds = path, what, wait_seconds

    def __enter__(self) -> None:
        look()
        self.lock = Lock(self.path, self.what, taken(self.path, self.what, self.wait_seconds))
        HELD.add(self.lock)

    def __exit__(self, *_: object) -> None:
        self.lock.let_go()


def look() -> None:
    """See that all locks of this process are still its own; for whoever holds one for long. Raises NabError."""
    for lock in tuple(HELD):
        lock.look()


def taken(path: Path, what: str, wait_seconds: float) -> int:
    """Take a lock. Returns its open file. Raises NabError."""
    # Never less than a glance: is_held takes the lock for some microseconds.
    if (file := tried(path)) is not None:
        return file
    for _ in tries(max(wait_seconds, GLANCE_SECONDS)):
        if (file := tried(path)) is not None:
            return file
    raise busy(path, what)


def opened(path: Path) -> int:
    """Open the file of a lock; it is made where it is missing."""
    try:
        return os.open(path, OPEN | os.O_CREAT, 0o644)
    except FileNotFoundError:
        files.make_folder(path.parent)
        return os.open(path, OPEN | os.O_CREAT, 0o644)


def busy(path: Path, what: str) -> NabError:
    """Say that somebody else has a lock."""
    return NabError(
        f"{what} is busy: somebody else holds {path}",
        hint=f"it is free as soon as its holder ends; fuser -v {path} names the holder",
        exit_code=BUSY,
    )


def tries(wait_seconds: float) -> Iterator[None]:
    """Yield for that long, each time after a pause: they get longer."""
    deadline, pause = clock.monotonic() + wait_seconds, SHORTEST_PAUSE
    while clock.monotonic() < deadline:
        clock.pause(pause)
        pause = min(1.25 * pause, LONGEST_PAUSE)
        yield


def tried(path: Path) -> int | None:
    """Take a lock if it is free. Returns its open file."""
    file = opened(path)
    try:
        if locked(file) and leads_to(path, file):
            return file
    except BaseException:
        os.close(file)
        raise
    os.close(file)
    return None


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
        named = os.lstat(path)
    except FileNotFoundError:
        return False
    return os.path.samestat(named, os.fstat(file))


@contextmanager
def itself_held(path: Path, *, what: str, wait_seconds: float) -> Iterator[None]:
    """Hold a file or a folder itself. Raises NabError (75)."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if not (locked(file) or any(locked(file) for _ in tries(wait_seconds))):
            raise NabError(f"{what} is busy: somebody else holds {path}", exit_code=BUSY)
        yield
    finally:
        os.close(file)


def share(file: int) -> None:
    """Hold an open file beside others who do, until it is closed; who holds it itself comes after that."""
    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)


def unlock(file: int) -> None:
    """Let go of an open file, which stays open."""
    fcntl.flock(file, fcntl.LOCK_UN)


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
