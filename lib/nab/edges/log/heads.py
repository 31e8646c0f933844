"""Where a log stood when it was written last, kept beside its folder: by it a log is found that got shorter.

It is written after the events are on the disk and waits for no disk itself: it may lag behind the log, and is never
ahead of it.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from nab.core.log import heads
from nab.core.log.events import Link
from nab.edges.files import files

READ = os.O_RDONLY | os.O_CLOEXEC
TAKE = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC


@lru_cache(maxsize=16)
def file_of(folder: Path) -> Path:
    """Return where it is kept: not in the folder of the log, which may go as a whole."""
    return folder.with_name(f"{folder.name}.head")


def note(folder: Path, head: Link) -> None:
    """Note how far a log went. Where that cannot be written it lags until the next time."""
    with suppress(OSError):
        files.overwrite(file_of(folder), 0, heads.encode(head))


def taken(folder: Path) -> int | None:
    """Open where it is kept, and be the only one who has the disk confirm the log; None where it cannot be opened.

    Who waits here is woken by the kernel. Whoever deletes the file has two ask the disk at once, no more.
    """
    try:
        file = os.open(file_of(folder), TAKE, 0o644)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
    except OSError:
        os.close(file)
        return None
    except BaseException:
        os.close(file)
        raise
    return file


def noted(folder: Path) -> Link | None:
    """Return what was noted; None where nothing is, or where it cannot be read."""
    try:
        file = os.open(file_of(folder), READ)
    except OSError:
        return None
    try:
        return read(file)
    finally:
        os.close(file)


def read(file: int) -> Link | None:
    """Read it from its open file."""
    try:
        return heads.decode(os.pread(file, heads.LENGTH, 0))
    except OSError:
        return None
