"""A folder of an agent filled again, before an agent has it. Every step is a name in an open folder."""

from __future__ import annotations

import os
from collections.abc import Iterator

from nab.core.upkeep.backup.entries import Entry, Kind
from nab.edges import process
from nab.edges.files import files
from nab.edges.untrusted import descriptors
from nab.edges.untrusted.furnishing import NEW
from nab.paths import AgentFolder

WAY = 0o700
CLOSED = -1


class Refill:
    """The folder while it is filled. Paths are those in it; what they lead through comes before them. Close it."""

    def __init__(self, root: AgentFolder) -> None:
        self.root = root
        self.here, self.at = CLOSED, b""  # the folder that is open
        self.file, self.name = CLOSED, b""  # what is written, in that folder
        self.written: Entry | None = None
        self.folders: list[tuple[bytes, Entry]] = []
        self.may_give = process.is_root()

    def put(self, path: bytes, entry: Entry, pieces: Iterator[bytes], target: bytes = b"") -> None:
        """Put an entry in its place. `target`: of a further name, the path of the file. Raises OSError."""
        if self.written is None or self.written.path != entry.path:
            self.end_file()
        match entry.kind:
            case Kind.FOLDER:
                self.make(path, entry)
            case Kind.FILE:
                self.write(path, entry, pieces)
            case Kind.LINK:
                here, name = self.parent(path)
                os.symlink(entry.target, name, dir_fd=here)
                self.give(here, name, entry)
            case Kind.SAME:
                with descriptors.parent(self.root, target) as (there, old):
                    here, name = self.parent(path)
                    os.link(old, name, src_dir_fd=there, dst_dir_fd=here, follow_symlinks=False)

    def make(self, path: bytes, entry: Entry) -> None:
        """Make a folder, open to us until all is in it."""
        if path:
            here, name = self.parent(path)
            os.mkdir(name, WAY, dir_fd=here)
        self.folders.append((path, entry))

    def write(self, path: bytes, entry: Entry, pieces: Iterator[bytes]) -> None:
        """Write a file, or the next of its pieces; between them are its holes."""
        if self.written is None:
            here, self.name = self.parent(path)
            self.file = os.open(self.name, NEW, 0o600, dir_fd=here)
            self.written = entry
            os.ftruncate(self.file, entry.whole)
        os.lseek(self.file, entry.place, os.SEEK_SET)
        for piece in pieces:
            files.write_whole(self.file, piece)

    def parent(self, path: bytes) -> tuple[int, bytes]:
        """Return the folder that a path is in, open, and its name there. The one before is kept open."""
        above, _, name = path.rpartition(b"/")
        descriptors.steps(name)
        if self.here == CLOSED or above != self.at:
            self.leave()
            with descriptors.folder(self.root, above) as found:
                self.here, self.at = os.dup(found), above
        return self.here, name

    def leave(self) -> None:
        if self.here != CLOSED:
            os.close(self.here)
            self.here = CLOSED

    def end_file(self) -> None:
        """Close the file that is written: its folder is still the one that is open."""
        if self.written is not None:
            self.settle(self.file, self.written)
            os.close(self.file)
            date(self.here, self.name, self.written)
            self.written = None

    def settle(self, file: int, entry: Entry) -> None:
        """Give what is open its owner, then its mode: a change of owner takes marks off it."""
        if self.may_give:
            os.fchown(file, entry.owner, entry.owner)
        os.fchmod(file, entry.mode)

    def give(self, here: int, name: bytes, entry: Entry) -> None:
        """Give a link its owner."""
        if self.may_give:
            os.chown(name, entry.owner, entry.owner, dir_fd=here, follow_symlinks=False)

    def close(self) -> None:
        """Give all folders their modes and times, the innermost first."""
        self.end_file()
        self.leave()
        for path, entry in reversed(self.folders):
            with descriptors.folder(self.root, path) as here:
                self.settle(here, entry)
            if path:
                with descriptors.parent(self.root, path) as (above, name):
                    date(above, name, entry)
        self.folders.clear()

    def drop(self) -> None:
        """Let go of what is open, where it is not to be ended."""
        if self.written is not None:
            os.close(self.file)
            self.written = None
        self.leave()


def date(here: int, name: bytes, entry: Entry) -> None:
    """Give a thing in an open folder the time when it was changed."""
    os.utime(name, (entry.modified, entry.modified), dir_fd=here, follow_symlinks=False)
