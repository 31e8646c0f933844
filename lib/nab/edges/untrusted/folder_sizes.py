"""How much lies below folders: bytes of disk and files. A folder of somebody hostile is counted, never believed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from nab.core.upkeep.disks import DiskUsage, Room
from nab.edges import clock
from nab.edges.untrusted import workspaces

BLOCK = 512  # what st_blocks counts in
MOST_IN_FOLDER = 50_000  # beyond them files are counted, and their bytes are not


class Count:
    """One count after the other, in slices of time, so that whoever counts can do something else in between."""

    def __init__(self, roots: Iterable[Path]) -> None:
        self.roots = tuple(roots)
        self.counting = self.steps()
        self.newest: DiskUsage | None = None

    def go_on(self, seconds: float) -> None:
        """Count for about so long. `newest` is what the last whole count found."""
        until = clock.monotonic() + seconds
        for whole in self.counting:
            if whole:
                self.newest = whole
                return
            if clock.monotonic() >= until:
                return

    def steps(self) -> Iterator[DiskUsage | None]:
        """Yield nothing after every folder, and what there is in all after the last one; then begin again."""
        while True:
            total = DiskUsage()
            for root in self.roots:
                for usage in folders(root):
                    total = total.plus(usage)
                    yield None
            yield total


def whole(root: Path) -> DiskUsage:
    """Count everything below a folder at once."""
    total = DiskUsage()
    for usage in folders(root):
        total = total.plus(usage)
    return total


def folders(root: Path) -> Iterator[DiskUsage]:
    """Yield what is directly in each folder below a root. No link is followed, and no other file system entered."""
    base = os.fsencode(root.resolve())
    try:
        device = os.lstat(base).st_dev
    except OSError:
        return
    waiting = [b""]
    while waiting:
        folder = waiting.pop()
        try:
            found = workspaces.listing(base, folder, most=MOST_IN_FOLDER)
        except FileNotFoundError:
            continue
        except OSError:
            yield DiskUsage(unseen=1)
            continue
        here = [(name, one) for name, one in found.others.items() if one.st_dev == device]
        waiting += [workspaces.join(folder, name) for name, one in here if stat.S_ISDIR(one.st_mode)]
        size = sum(one.st_blocks for _, one in here) * BLOCK
        yield DiskUsage(Room(size, len(here) + found.beyond))
