"""Copies of files that grow in somebody else's folder: ours grow with them and never lose what they once held."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from nab.core.agents import places
from nab.edges.files import files
from nab.edges.untrusted import descriptors, tails, workspaces
from nab.paths import AgentFolder

CHECKED = 4096  # bytes before the end of a copy that its source must still have there
APPEND = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass
class CopyBudget:
    """What may still be copied: bytes in this look, bytes and files in this run."""

    look: int
    run: int
    files: int

    @property
    def bytes(self) -> int:
        return max(0, min(self.look, self.run))

    def take(self, size: int) -> None:
        self.look, self.run = self.look - size, self.run - size


class Copied(NamedTuple):
    """How far a copy is: the source as it was seen, and whether all that it then held is in the copy.

    `refused`: there was no room for one more file.
    """

    signature: int
    inode: int
    whole: bool
    refused: bool = False


def keep_up(root: AgentFolder, place: str, copy: Path, room: CopyBudget, inode: int | None = None) -> Copied:
    """Make a copy longer by what its source has gained. Raises OSError where the source is no file to read.

    Where the copy goes on is seen from the copy alone, so whoever is killed here leaves a copy that can go on. A
    source that is not what was copied (shorter, other bytes, or another `inode` than last time with another content)
    gets a new copy; the old one is kept beside it.
    """
    with descriptors.regular(root, os.fsencode(place)) as (source, found):
        signature = workspaces.signature(found)
        size = size_of(copy)
        thorough = inode not in {None, found.st_ino}
        if size and not goes_on(source, found.st_size, copy, size, thorough=thorough):
            size = None
        if size is None and not room.files:
            return Copied(signature, found.st_ino, whole=False, refused=True)
        if size is None:
            begin(copy)
            room.files -= 1
        stop = min(found.st_size, (size or 0) + room.bytes)
        lengthen(copy, tails.between(source, size or 0, stop), room)
        return Copied(signature, found.st_ino, whole=stop == found.st_size)


def begin(copy: Path) -> None:
    """Make place for a new copy: one that is there is kept under another name."""
    files.make_folder(copy.parent)
    if copy.exists():
        copy.rename(copy.with_name(places.set_aside(copy.name, {one.name for one in copy.parent.iterdir()})))


def lengthen(copy: Path, pieces: Iterable[bytes], room: CopyBudget) -> None:
    """Write at the end of a copy."""
    target = os.open(copy, APPEND, 0o644)
    try:
        for piece in pieces:
            files.write_whole(target, piece)
            room.take(len(piece))
    finally:
        os.close(target)


def size_of(copy: Path) -> int | None:
    """Return the size of a copy; None before it is begun."""
    try:
        return copy.lstat().st_size
    except FileNotFoundError:
        return None


def goes_on(source: int, held: int, copy: Path, size: int, *, thorough: bool) -> bool:
    """Say whether a source that holds so many bytes begins with the copy, as far as is looked at."""
    if held < size:
        return False
    start = 0 if thorough else max(0, size - CHECKED)
    with copy.open("rb") as ours:
        ours.seek(start)
        return all(ours.read(len(piece)) == piece for piece in tails.between(source, start, size))
