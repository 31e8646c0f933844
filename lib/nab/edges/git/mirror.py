"""The git directory that is pushed: our own copy of the state, which nobody else writes to."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, NamedTuple

from nab.core.errors import FAILED, NabError
from nab.core.recording.workspace.paths import quoted
from nab.core.upkeep.sync.queue import Waiting, waiting
from nab.edges.git import repository
from nab.edges.git.objects import has

BRANCH = "refs/heads/sync"
FULL = re.compile(r"no space left|out of diskspace|disk quota", re.IGNORECASE)
LEFTOVERS = "objects/??/tmp_obj_*"  # beside those of nab.edges.git.repository
SECONDS = 60
ROOT = '""'


class Row(NamedTuple):
    """A commit to be made: of the tree of which other one (empty: of none), when (seconds since 1970), its message."""

    commit: str
    at: int
    said: str


def make(folder: Path) -> None:
    """Make it unless it is there, and remove what a killed git left. We hold the lock."""
    new = not (folder / "HEAD").exists()
    repository.make(folder, BRANCH)
    if new:
        repository.git(
            folder, "config", "core.fsync", "all"
        )  # a ref that a power cut emptied would be a lost history
    for path in folder.glob(LEFTOVERS):
        path.unlink(missing_ok=True)


def head(folder: Path) -> str:
    """Return the newest commit; empty before the first."""
    return repository.head(folder, BRANCH)


def tree(folder: Path, commit: str) -> str:
    """Return the tree of a commit."""
    return repository.git(folder, "rev-parse", f"{commit}^{{tree}}").stdout.strip()


def commit(folder: Path, stream: IO[bytes], seconds: float) -> bool:
    """Make the commit that a stream describes (nab.edges.git.repository). Says whether it changed anything."""
    try:
        return repository.record(folder, stream, seconds, BRANCH)
    except NabError as error:
        if not FULL.search(error.message) and shutil.disk_usage(folder).free > stream.seek(0, os.SEEK_END):
            raise
        hint = "free some room: the next tick goes on, and nothing was lost"
        raise NabError(f"no space left for {folder}", hint=hint, exit_code=FAILED) from None


def queue(folder: Path, tip: str) -> list[Waiting]:
    """Return the commits after `tip`, oldest first; all of them where the remote has none."""
    now = head(folder)
    if not now:
        return []
    span = f"{tip}..{now}" if tip else now
    said = repository.git(
        folder, "log", "--first-parent", "--reverse", "--format=%H %ct %s", span, "--", timeout=SECONDS
    )
    return [waiting(line) for line in said.stdout.splitlines()]


def subject(folder: Path, commit: str) -> str:
    """Return the message of a commit."""
    return repository.git(folder, "log", "-1", "--format=%s", commit, "--").stdout.strip()


def is_ancestor(folder: Path, older: str, newer: str) -> bool:
    """Say whether a commit is in the history of another."""
    return not repository.git(folder, "rev-list", "--max-count=1", older, f"^{newer}", "--").stdout.strip()


def note(folder: Path, ref: str, commit: str) -> None:
    """Remember a commit under a name; none forgets the name."""
    if commit:
        repository.git(folder, "update-ref", ref, commit)
    elif (folder / ref).exists():
        repository.git(folder, "update-ref", "-d", ref)


def noted(folder: Path, ref: str) -> str:
    """Return the commit of a name; empty for none, or for one that is not here."""
    commit = repository.head(folder, ref)
    return commit if commit and has(folder, commit) else ""


def new_objects(folder: Path, tip: str, commit: str) -> list[str]:
    """Return the ids of all that a push of `commit` carries to a remote that has `tip`."""
    without = [f"^{tip}"] if tip else []
    words = ("rev-list", "--objects", "--no-object-names", commit, *without, "--")
    return repository.git(folder, *words, timeout=SECONDS).stdout.split()


def replay(folder: Path, theirs: str, pushed: str) -> None:
    """Put our waiting commits, as they are, on top of what is at the remote, so that both histories are kept.

    Where the remote no longer has what we once pushed, a merge brings it back.
    """
    rows = [Row(one.commit, one.at, one.said) for one in queue(folder, pushed)]
    lost = bool(pushed) and not is_ancestor(folder, pushed, theirs)
    if lost:
        merged = Row(pushed, rows[0].at, "both histories are kept")
        lay(folder, [merged, *rows], (theirs, pushed), ())
    else:
        lay(folder, rows, (theirs,), ())


def without(folder: Path, onto: str, rows: Iterable[Waiting], places: Iterable[bytes]) -> None:
    """Lay waiting commits onto another one; in each of them some places are as they are there."""
    kept = [Row(one.commit, one.at, one.said) for one in rows]
    if kept:
        lay(folder, kept, (onto,) if onto else (), [put(folder, onto, place) for place in places])
    else:
        note(folder, BRANCH, onto)


def ahead(folder: Path, tip: str, newest: Waiting, places: Iterable[bytes]) -> str:
    """Make a commit on top of `tip` that has nothing but some places as the newest one has them, and return it."""
    words = [put(folder, newest.commit, place) for place in places]
    row = Row(tip, newest.at, newest.said)
    return imported(folder, [row], (tip,) if tip else (), words)


def lay(folder: Path, rows: list[Row], parents: tuple[str, ...], words: list[str] | tuple[()]) -> None:
    """Make commits of whole trees on top of others, and have the branch end with them."""
    imported(folder, rows, parents, words)
    repository.git(folder, "update-ref", BRANCH, repository.NEXT)


def imported(folder: Path, rows: list[Row], parents: tuple[str, ...], words: Iterable[str]) -> str:
    """Make commits one on top of the other, the first with these parents, `words` added to each; return the last."""
    changes = list(words)
    with tempfile.TemporaryFile(dir=folder) as stream:
        stream.write(b"feature done\n")
        for number, row in enumerate(rows, start=1):
            root = tree(folder, row.commit) if row.commit else ""
            stream.writelines(commit_of(row, root, number, parents, changes))
            parents = (f":{number}",)
        stream.write(b"done\n")
        stream.seek(0)
        repository.git(folder, "fast-import", "--quiet", "--force", timeout=SECONDS, standard_input=stream)
    return repository.head(folder, repository.NEXT)


def put(folder: Path, commit: str, place: bytes) -> str:
    """Return the words of the import format that make a place what it is in a commit."""
    found = repository.git(folder, "ls-tree", commit, "--", place.decode()).stdout.split() if commit else []
    path = quoted(place).decode()
    return f"M {found[0]} {found[2]} {path}" if found else f"D {path}"


def commit_of(
    row: Row, root: str, number: int, parents: tuple[str, ...], changes: Iterable[str]
) -> list[bytes]:
    """Write a commit of a whole tree, and what is changed in it, in git's import format."""
    lines = [f"commit {repository.NEXT}", f"mark :{number}"]
    lines += [f"committer nab <nab@localhost> {row.at} +0000", f"data {len(row.said.encode())}", row.said]
    lines += [f"from {parent}" if place == 0 else f"merge {parent}" for place, parent in enumerate(parents)]
    lines += [f"M 040000 {root} {ROOT}"] if root else []
    return [f"{line}\n".encode() for line in [*lines, *changes]]
