"""What the history holds of a workspace, so that a look reads only what changed since. Derived; can be deleted."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from nab.core.recording.workspace.exclusions import LeftOut
from nab.core.recording.workspace.paths import VERSION

FOLDER = -1  # in the place of a signature: a folder that is looked into
UNKNOWN = 0  # no file has this signature, so it is read again
ROOT = b""
MOST_KEPT = 10_000


class WorkspaceIndex(msgspec.Struct):
    """What was seen of a workspace when `head` was committed. Names by folder; the root's path is empty."""

    head: str = ""
    folders: dict[bytes, dict[bytes, int]] = {}
    left_out: dict[bytes, dict[bytes, LeftOut]] = {}
    pending: list[bytes] = []  # folders that the present walk has still to look into
    kept_at: dict[bytes, float] = {}  # when large files were kept last
    manifest: str = ""  # digest of the manifest that was committed
    rules: int = (
        0  # the version of the rules by which its names were chosen (nab.core.recording.workspace.paths)
    )

    def of(self, folder: bytes) -> dict[bytes, int]:
        """Return what is known of a folder, to be added to."""
        return self.folders.setdefault(folder, {})

    def files(self) -> int:
        return sum(map(len, self.folders.values()))

    def leave(self, folder: bytes, name: bytes, row: LeftOut) -> None:
        """List something that is left out."""
        self.left_out.setdefault(folder, {})[name] = row

    def left(self, folder: bytes, name: bytes) -> LeftOut | None:
        return self.left_out.get(folder, {}).get(name)

    def keep(self, folder: bytes, name: bytes) -> None:
        """List something no longer."""
        rows = self.left_out.get(folder, {})
        rows.pop(name, None)
        if not rows:
            self.left_out.pop(folder, None)

    def note_kept(self, path: bytes, at: float | None) -> None:
        """Note when a large file was kept; None: it is not large."""
        if at is None:
            self.kept_at.pop(path, None)
            return
        if len(self.kept_at) >= MOST_KEPT:  # names that come and go fill no memory
            self.kept_at.clear()
        self.kept_at[path] = at

    def forget(self, folder: bytes, name: bytes) -> None:
        """Drop what is known of an entry, and of all that is below it."""
        self.of(folder).pop(name, None)
        self.kept_at.pop(folder + b"/" + name if folder else name, None)
        self.keep(folder, name)
        waiting = [folder + b"/" + name if folder else name]
        while waiting:
            gone = waiting.pop()
            below = self.folders.pop(gone, {})
            self.left_out.pop(gone, None)
            waiting += [gone + b"/" + child for child, seen in below.items() if seen == FOLDER]

    def rows(self) -> Iterator[tuple[bytes, LeftOut]]:
        """Yield everything that is left out, with its path."""
        for folder, rows in self.left_out.items():
            for name, row in rows.items():
                yield (folder + b"/" + name if folder else name), row


def from_paths(head: str, paths: list[bytes]) -> WorkspaceIndex:
    """Return what is known when nothing but the committed paths is: each file will be read again."""
    known = WorkspaceIndex(head=head, rules=VERSION)
    for path in paths:
        *parents, name = path.split(b"/")
        folder = ROOT
        for parent in parents:
            known.of(folder)[parent] = FOLDER
            folder = folder + b"/" + parent if folder else parent
        known.of(folder)[name] = UNKNOWN
    return known
