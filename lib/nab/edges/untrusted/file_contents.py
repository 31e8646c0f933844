"""What of a workspace's entry goes into the history: its content, or why not."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass

from nab.core.recording.workspace.exclusions import MIB, looks_binary, why_file
from nab.edges.untrusted import workspaces
from nab.paths import AgentFolder

PASSING = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EINVAL, errno.EAGAIN}  # it changed meanwhile
NO_ROOM = "no room"
SMALL_BYTES, FOR_SMALL = MIB, 0.2  # a fifth of the room is for files up to this size: data crowds out no code


@dataclass
class HistoryBudget:
    """How large a file may be, how large the history may grow, and how much it can still."""

    file_bytes: int
    history_bytes: int
    left_bytes: int

    def has(self, size: int) -> bool:
        """Say whether a file of this size may come in."""
        spared = 0 if size <= SMALL_BYTES else FOR_SMALL * self.history_bytes
        return size + spared <= self.left_bytes


@dataclass(frozen=True)
class Content:
    """A file's mode in git and its bytes, or `why` it is left out."""

    mode: bytes = b""
    body: bytes = b""
    why: str = ""


def read(
    root: AgentFolder, folder: bytes, name: bytes, seen: os.stat_result, room: HistoryBudget
) -> Content | None:
    """Read an entry; None when it changed meanwhile, and the next look will see what it is then."""
    try:
        return read_file(root, folder, name, seen, room)
    except OSError as error:
        return None if error.errno in PASSING else Content(why="unreadable")


def read_file(
    root: AgentFolder, folder: bytes, name: bytes, seen: os.stat_result, room: HistoryBudget
) -> Content:
    """Read a file or a link. Raises OSError."""
    if stat.S_ISLNK(seen.st_mode):
        return Content(b"120000", workspaces.target(root, folder, name))
    if why := why_file(name, seen.st_mode, seen.st_size, room.file_bytes):
        return Content(why=why)
    if not room.has(seen.st_size):
        return Content(why=NO_ROOM)
    body = workspaces.content(root, workspaces.join(folder, name), room.file_bytes)
    if body is None:
        return Content(why="large")
    if looks_binary(body):
        return Content(why="binary")
    return Content(b"100755" if seen.st_mode & stat.S_IXUSR else b"100644", body)
