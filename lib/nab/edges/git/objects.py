"""Reading what a git directory of ours holds: trees, what changed between two of them, and contents."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from nab.core.recording.workspace.paths import unquoted
from nab.edges.git import repository

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
GONE = "D"
SECONDS = 60


class Entry(NamedTuple):
    """A file of a tree."""

    path: bytes
    blob: str
    size: int


class Change(NamedTuple):
    """A file that is another one in a second tree; without a blob it is not there any more."""

    path: bytes
    mode: bytes
    blob: str


class Object(NamedTuple):
    """Something that git stores."""

    id: str
    kind: str
    content: bytes


def entries(folder: Path, commit: str) -> Iterator[Entry]:
    """Yield every file of a commit."""
    with printed(folder, "ls-tree", "-r", "-l", "--full-tree", commit) as lines:
        for line in lines:
            head, _, path = line.rstrip(b"\n").partition(b"\t")
            _, kind, blob, size = head.split()
            if kind == b"blob":
                yield Entry(unquoted(path.decode()), blob.decode(), int(size))


def changes(folder: Path, old: str, new: str) -> list[Change]:
    """Return the files by which two commits (or trees) differ, what is gone first."""
    found = []
    with printed(folder, "diff-tree", "-r", "--raw", "--no-renames", "--no-abbrev", old, new) as lines:
        for line in lines:
            head, _, path = line.rstrip(b"\n").partition(b"\t")
            _, mode, _, blob, status = head.decode().split()
            there = status != GONE
            found.append(
                Change(unquoted(path.decode()), mode.encode() if there else b"", blob if there else "")
            )
    return sorted(found, key=lambda change: (bool(change.blob), change.path))


def commits(folder: Path, old: str, new: str) -> list[tuple[str, int]]:
    """Return the commits after one up to another, oldest first, with their times (seconds since 1970)."""
    span = f"{old}..{new}" if old else new
    said = repository.git(
        folder, "rev-list", "--first-parent", "--reverse", "--timestamp", span, timeout=SECONDS
    ).stdout
    return [(commit, int(at)) for at, commit in map(str.split, said.splitlines())]


def has(folder: Path, name: str) -> bool:
    """Say whether there is such a commit."""
    return bool(sizes(folder, [f"{name}^{{commit}}"]))


def sizes(folder: Path, ids: Iterable[str]) -> dict[str, int]:
    """Return how large objects are; those that are not there are left out."""
    with printed(folder, "cat-file", "--batch-check", ids=ids) as lines:
        rows = [line.decode().split() for line in lines]
    return {row[0]: int(row[2]) for row in rows if len(row) == 3}


def objects(folder: Path, ids: Iterable[str]) -> Iterator[Object]:
    """Yield objects with their contents, in this order."""
    with printed(folder, "cat-file", "--batch", ids=ids) as lines:
        while head := lines.readline().split():
            if len(head) == 3:
                content = lines.read(int(head[2]))
                lines.read(1)
                yield Object(head[0].decode(), head[1].decode(), content)


def content(folder: Path, name: str) -> bytes:
    """Return the content of a file, named as git does: `HEAD:left-out.jsonl`; nothing where there is none."""
    return next((found.content for found in objects(folder, [name]) if found.kind == "blob"), b"")


@contextmanager
def printed(folder: Path, *words: str, ids: Iterable[str] = ()) -> Iterator[IO[bytes]]:
    """Run git and open what it printed, which may be large. `ids` are its standard input, a line each."""
    with tempfile.TemporaryFile(dir=folder) as told, tempfile.TemporaryFile(dir=folder) as lines:
        told.writelines(f"{one}\n".encode() for one in ids)
        told.seek(0)
        repository.git(folder, *words, timeout=SECONDS, standard_input=told, standard_output=lines)
        lines.seek(0)
        yield lines
