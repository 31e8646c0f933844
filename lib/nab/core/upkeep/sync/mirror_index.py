"""What the mirror holds of the state, so that a tick reads only what changed. Derived from its newest commit."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeVar

import msgspec

from nab.core.log.events import FIRST, Link
from nab.core.upkeep.sync import pieces
from nab.core.upkeep.sync.selection import workspace

UNKNOWN = 0  # no file has this signature, so it is read again
K = TypeVar("K")
V = TypeVar("V")
AGAIN = "again"  # no blob has this id, so it is taken again from its beginning


class Held(msgspec.Struct):
    """How far a file is in the mirror: its last part from `start` to `end`, and that part's blob.

    A file that is taken whole is one part. A part that is withheld is over: what the file gains goes into the next,
    which is empty at first and has no blob.
    """

    signature: int = UNKNOWN
    start: int = 0
    end: int = 0
    blob: str = ""


class LeftOutRow(msgspec.Struct, frozen=True):
    """Something that is left out: why, how large it is, and the mark of what looked like a key."""

    reason: str
    size: int | None
    mark: str = ""


class MirrorIndex(msgspec.Struct):
    """What `tree` holds. Rows by path at the remote; those that a workspace's own history lists by run."""

    tree: str = ""
    files: dict[bytes, Held] = {}
    rows: dict[bytes, LeftOutRow] = {}
    workspaces: dict[str, str] = {}
    again: set[str] = set()  # workspaces whose files are to be judged again
    stale: set[bytes] = set()  # rows that hold only until what they tell of was judged again
    listed: dict[str, list[bytes]] = {}
    events: Link = FIRST  # the last event
    judged_by: str = ""  # digest of the secrets and the limits by which it was judged what stays here
    lists: dict[str, str] = {}  # blob of the list of each piece that was committed
    alarms: dict[str, int] = {}  # how many of a kind were told of a piece
    taken: dict[str, int] = {}  # bytes that were taken of each piece, also what is not there any more

    def leave(self, path: bytes, row: LeftOutRow) -> bool:
        """List something as left out. Says whether that is news."""
        before = self.rows.get(path)
        self.rows[path] = row
        self.stale.discard(path)
        return before is None or before.reason != row.reason

    def rows_of(self, piece: str) -> dict[bytes, LeftOutRow]:
        """Return the rows of a piece; what is wrong with the log and the results is listed with the note."""
        return {path: row for path, row in self.rows.items() if listed_with(path) == piece}

    def restore(self, piece: str, there: MirrorIndex) -> None:
        """Have of one piece what another index has, which was read from the mirror; of the others all stays."""
        self.tree = there.tree
        self.files = exchanged(self.files, there.files, lambda path: pieces.of(path) == piece)
        self.rows = exchanged(self.rows, there.rows, lambda path: pieces.of(path) == piece)
        self.workspaces = exchanged(
            self.workspaces, there.workspaces, lambda run: pieces.of_run(run) == piece
        )
        self.listed = exchanged(self.listed, there.listed, lambda run: pieces.of_run(run) == piece)
        self.lists = exchanged(self.lists, there.lists, lambda other: other == piece)
        self.events = there.events if piece == pieces.LOG else self.events

    def forget_below(self, folder: bytes) -> None:
        """Take all rows below a folder off the list."""
        for path in [path for path in self.rows if path.startswith(folder + b"/")]:
            del self.rows[path]

    def reconsider(self, judged_by: str) -> None:
        """Have everything that was left out judged again, by other secrets or limits than before."""
        if self.judged_by == judged_by:
            return
        self.judged_by = judged_by
        for run in self.workspaces:
            if any(path.startswith(workspace(run) + b"/") for path in self.rows):
                self.again.add(run)
        parents = {path.rpartition(b"/")[0] for path in self.rows}
        for path, held in self.files.items():
            if path in self.rows or path in parents or not held.blob:
                held.signature, held.blob = UNKNOWN, AGAIN
        self.stale = {*self.rows}

    def forget_stale(self) -> None:
        """Take off the list what was judged again and goes now."""
        for path in self.stale:
            self.rows.pop(path, None)
        self.stale = set()


def exchanged(ours: dict[K, V], theirs: dict[K, V], which: Callable[[K], bool]) -> dict[K, V]:
    """Return ours with some entries as they have them."""
    kept = {key: value for key, value in ours.items() if not which(key)}
    return kept | {key: value for key, value in theirs.items() if which(key)}


def listed_with(path: bytes) -> str:
    """Return the piece in whose list a path stands."""
    piece = pieces.of(path)
    return piece if pieces.is_run(piece) else pieces.NOTE


def blob_id(content: bytes) -> str:
    """Return the id that git gives a file's content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
