"""A walk through everything below an open folder: without recursion, however deep and however crowded it is.

No path is put together: a folder is entered by its name from the one above it, and left by going back up. Of the way
back the innermost folders are held open. Further out `..` is taken, and only if it leads to where we came from.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from nab.edges.untrusted import descriptors

HELD = 16  # folders of the way back
PORTION = 1_000  # entries that are told at once
PASSING = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}  # what had the name is not there any more
Entry = tuple[str, os.stat_result]


@dataclass(frozen=True)
class Step:
    """What a walk tells: entries of the open folder `here`, or that it came back there from `left`, or `trouble`.

    `trouble` is why the folder `left`, or where that is empty the rest of this one, was not looked into.
    """

    here: int
    entries: list[Entry] = field(default_factory=list)
    left: str = ""
    trouble: OSError | None = None


class Way:
    """The way from where a walk began to where it is. Close it."""

    def __init__(self, start: int) -> None:
        self.held = [os.dup(start)]
        self.beyond: list[tuple[int, int]] = []  # device and inode of folders further out

    @property
    def here(self) -> int:
        return self.held[-1]

    def enter(self, name: str, open_folder: Callable[[int, str], int]) -> None:
        """Go into a folder. Raises OSError, and is then where it was."""
        self.held.append(open_folder(self.here, name))
        if len(self.held) > HELD:
            outer = self.held.pop(0)
            self.beyond.append(identity(outer))
            os.close(outer)

    def leave(self) -> None:
        """Go back up. Raises OSError where the folder was moved away meanwhile: there is no way back then."""
        if len(self.held) == 1:
            above = os.open("..", descriptors.FOLDER, dir_fd=self.here)
            self.held.insert(0, above)
            if identity(above) != self.beyond.pop():
                raise OSError(errno.ESTALE, "moved while it was walked through")
        os.close(self.held.pop())

    def close(self) -> None:
        while self.held:
            os.close(self.held.pop())


def identity(file: int) -> tuple[int, int]:
    """Return by what a folder is known again."""
    found = os.fstat(file)
    return found.st_dev, found.st_ino


def open_folder(here: int, name: str) -> int:
    """Open a folder of an open one. Raises OSError."""
    return os.open(name, descriptors.FOLDER, dir_fd=here)


def through(start: int, enter: Callable[[int, str], int] = open_folder) -> Iterator[Step]:
    """Walk through all that is below an open folder, on its own file system only.

    A folder is told of with its neighbours, then gone into, and told of again when it is left. Raises OSError where
    the way back is lost.
    """
    way, device = Way(start), os.fstat(start).st_dev
    names: list[str] = []  # of the folders on the way
    waiting: list[list[str]] = [[]]  # what is still to be gone into, in each of them
    try:
        yield from listed(way.here, device, waiting[-1])
        while names or waiting[-1]:
            if not waiting[-1]:
                waiting.pop()
                way.leave()
                yield Step(way.here, left=names.pop())
                continue
            name = waiting[-1].pop()
            try:
                way.enter(name, enter)
            except OSError as error:
                yield Step(way.here, left=name, trouble=error)
                continue
            names.append(name)
            waiting.append([])
            yield from listed(way.here, device, waiting[-1])
    finally:
        way.close()


def listed(here: int, device: int, folders: list[str]) -> Iterator[Step]:
    """Tell of the entries of an open folder, a portion at a time, and note the folders among them."""
    try:
        with os.scandir(here) as present:
            while portion := list(islice(present, PORTION)):
                entries, trouble = looked_at(portion)
                folders += [
                    name for name, seen in entries if stat.S_ISDIR(seen.st_mode) and seen.st_dev == device
                ]
                yield Step(here, entries)
                if trouble:
                    yield Step(here, trouble=trouble)
    except OSError as error:
        yield Step(here, trouble=error)


def looked_at(portion: list[os.DirEntry[str]]) -> tuple[list[Entry], OSError | None]:
    """Look at some entries; those that are gone already are left out. The trouble is that of the last in trouble."""
    entries, trouble = [], None
    for entry in portion:
        try:
            entries.append((entry.name, entry.stat(follow_symlinks=False)))
        except OSError as error:
            trouble = trouble if error.errno in PASSING else error
    return entries, trouble
