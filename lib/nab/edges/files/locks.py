"""Locks that the kernel holds for a process and frees when it ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from nab.core.errors import BUSY, NabError
from nab.edges.files import files

GLANCE_SECONDS = 0.05


@contextmanager
def held(path: Path, *, what: str, wait_seconds: float = 0) -> Iterator[None]:
    """Hold a lock, waiting at most that long for it; the lock file is never deleted.

    Raises NabError (75, not now) when somebody else has it, this process included.
    """
    files.make_folder(path.parent)
    # A soft lock could be broken while its holder lives, so there is none to fall back to.
    lock = filelock.UnixFileLock(path, fallback_to_soft=False)
    try:
        # Never less than a glance: is_held takes the lock for some microseconds.
        lock.acquire(timeout=max(wait_seconds, GLANCE_SECONDS), poll_interval=0.001)
    except filelock.Timeout:
        raise NabError(
            f"{what} is busy: somebody else holds {path}",
            hint=f"it is free as soon as its holder ends; fuser -v {path} names the holder",
            exit_code=BUSY,
        ) from None
    try:
        yield
    finally:
        lock.release()


def is_held(path: Path) -> bool:
    """Say whether somebody holds a lock. Makes no file and waits for nobody."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False
