"""One thing in a backup, and the line that its list has for it, by which damage is found before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote_from_bytes


class Kind(StrEnum):
    """What an entry is."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    SAME = "same"  # a further name of a file that came before: `target`


@dataclass(frozen=True)
class Entry:
    """A file, folder or link, by its path in the backup.

    A file with holes comes in several entries: `size` bytes that belong at `place`, of a file `whole` bytes long.
    """

    path: bytes
    kind: Kind
    mode: int = 0o644
    owner: int = 0
    modified: int = 0  # in whole seconds: what a tar header holds
    target: bytes = b""
    size: int = 0
    place: int = 0
    whole: int = 0

    @property
    def is_piece(self) -> bool:
        """Say whether these bytes are not all of the file."""
        return (self.place, self.size) != (0, self.whole)


def line(entry: Entry, sha256: str) -> bytes:
    """Return the line of the list: all that is known of an entry, and what its bytes come to."""
    numbers = f"{entry.mode:o} {entry.owner} {entry.modified} {entry.place} {entry.whole} {entry.size}"
    names = f"{quote_from_bytes(entry.path)} {quote_from_bytes(entry.target)}"
    return f"{entry.kind} {sha256} {numbers} {names}\n".encode()
