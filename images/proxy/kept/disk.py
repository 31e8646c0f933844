"""What kept files need of the disk: room beside the record of calls, without which nothing passes, and its word."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

PART = ".part"  # the ending of a file that is not finished
LEAST_FREE = 512 << 20  # bytes that stay free for the record of calls
NO_ROOM = "there is too little room on the disk"


def has_room(folder: Path, wanted: int) -> bool:
    """Say whether so many bytes more leave enough free. Raises OSError."""
    there = os.statvfs(folder)
    return there.f_bavail * there.f_frsize - wanted >= LEAST_FREE


def sync(path: Path) -> None:
    """Have the disk confirm a file, or the names in a folder."""
    opened = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


class Unconfirmed:
    """A store whose `unsynced` files the disk has yet to confirm."""

    unsynced: list[Path]

    def sync_and_forget(self) -> None:
        """Put what was written on the disk, with its names; what the host took meanwhile needs that no more."""
        written, self.unsynced = self.unsynced, []
        for path in [*written, *{path.parent for path in written}]:
            with suppress(OSError):
                sync(path)

    def close(self) -> None:
        self.sync_and_forget()
