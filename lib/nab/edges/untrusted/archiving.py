"""All that lies in a folder of an agent, in one order, each thing opened as it is handed on. No link is followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nab.core.recording.workspace.exclusions import KINDS, why_place
from nab.core.upkeep.backup.entries import Entry, Kind
from nab.edges.untrusted import descriptors, walks, workspaces
from nab.paths import AgentFolder

STEADY_BYTES, TRIES = 8 << 20, 3
UNREADABLE = "unreadable"
Why = Callable[[bytes, bool], str]  # a path, and whether it is a folder's


@dataclass(frozen=True)
class Found:
    """A thing that is there: its entry, with the bytes or the open file that belong to it, or `why` it stays behind."""

    entry: Entry
    content: bytes | None = None
    file: int = -1
    size: int = 0
    why: str = ""


def found(root: AgentFolder, prefix: bytes, why: Why) -> Iterator[Found]:
    """Yield what is below a folder and the folder itself, each under a prefix.

    A file is open until the next thing is asked for. What vanished meanwhile is no more, what may not be read is told.
    """
    waiting, names = [b""], dict[tuple[int, int], bytes]()
    while waiting:
        folder = waiting.pop()
        try:
            listed = workspaces.listing(root, folder)
        except OSError as error:
            if error.errno not in walks.PASSING:
                yield Found(Entry(under(prefix, folder), Kind.FOLDER), why=UNREADABLE)
            continue
        yield Found(entry(under(prefix, folder), Kind.FOLDER, listed.itself))
        below = []
        for name, seen in sorted(listed.others.items()):
            path = workspaces.join(folder, name)
            is_folder = stat.S_ISDIR(seen.st_mode)
            if said := why(path, is_folder) or why_place(path + b"/" if is_folder else path):
                yield Found(entry(under(prefix, path), Kind.FILE, seen), why=said)
            elif not is_folder:
                yield from one(root, path, prefix, seen, names)
            elif seen.st_dev == listed.itself.st_dev:
                below.append(path)
        waiting += reversed(below)


def one(
    root: AgentFolder, path: bytes, prefix: bytes, seen: os.stat_result, names: dict[tuple[int, int], bytes]
) -> Iterator[Found]:
    """Yield a file or a link. `names` are those of files that have several."""
    told = entry(under(prefix, path), Kind.FILE, seen)
    if kind := KINDS.get(stat.S_IFMT(seen.st_mode)):
        yield Found(told, why=kind)
        return
    itself = seen.st_dev, seen.st_ino
    try:
        if stat.S_ISLNK(seen.st_mode):
            above, _, name = path.rpartition(b"/")
            yield Found(entry(told.path, Kind.LINK, seen, workspaces.target(root, above, name)))
        elif itself in names:
            yield Found(entry(told.path, Kind.SAME, seen, names[itself]))
        else:
            with descriptors.regular(root, path) as (file, opened):
                content = steady(file, opened)
                yield Found(entry(told.path, Kind.FILE, opened), content, file, opened.st_size)
                if opened.st_nlink > 1:
                    names[opened.st_dev, opened.st_ino] = told.path
    except OSError as error:
        if error.errno not in walks.PASSING:
            yield Found(told, why=UNREADABLE)


def steady(file: int, opened: os.stat_result) -> bytes | None:
    """Read a small file as it was at one moment: again where it changed meanwhile, some times. None for a large one."""
    for _ in range(TRIES):
        if opened.st_size > STEADY_BYTES:
            return None
        content = os.pread(file, STEADY_BYTES + 1, 0)
        before, opened = opened, os.fstat(file)
        if workspaces.signature(before) == workspaces.signature(opened):
            break
    return content


def entry(path: bytes, kind: Kind, seen: os.stat_result, target: bytes = b"") -> Entry:
    """Say of a thing what goes with it."""
    return Entry(path, kind, stat.S_IMODE(seen.st_mode), seen.st_uid, int(seen.st_mtime), target)


def under(prefix: bytes, path: bytes) -> bytes:
    """Put a path below a prefix; the folder itself has the prefix alone."""
    return workspaces.join(prefix, path) if path else prefix
