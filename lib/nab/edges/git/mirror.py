"""The git directory that is pushed: our own copy of the state, which nobody else writes to."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from nab.core.errors import FAILED, NabError
from nab.core.upkeep.sync.queue import Waiting, waiting
from nab.edges.git import repository
from nab.edges.git.objects import has

BRANCH = "refs/heads/sync"
FULL = re.compile(r"no space left|out of diskspace|disk quota", re.IGNORECASE)
LEFTOVERS = "objects/??/tmp_obj_*"  # beside those of nab.edges.git.repository
SECONDS = 60
ROOT = '""'


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
    rows = repository.git(
        folder, "log", "--first-parent", "--reverse", "--format=%T %ct %s",
        f"{pushed}..{head(folder)}" if pushed else head(folder), "--", timeout=SECONDS,
    ).stdout.splitlines()  # fmt: skip
    lost = bool(pushed) and not is_ancestor(folder, pushed, theirs)
    merged = [f"{tree(folder, pushed)} {rows[0].split()[1]} both histories are kept"] if lost else []
    with tempfile.TemporaryFile(dir=folder) as stream:
        parents = (theirs, pushed) if lost else (theirs,)
        for number, row in enumerate([*merged, *rows], start=1):
            stream.writelines(commit_of(row, number, parents))
            parents = (f":{number}",)
        stream.write(b"done\n")
        stream.seek(0)
        repository.git(folder, "fast-import", "--quiet", "--force", timeout=SECONDS, standard_input=stream)
    repository.git(folder, "update-ref", BRANCH, repository.NEXT)


def commit_of(row: str, number: int, parents: Iterable[str]) -> list[bytes]:
    """Write a commit of a whole tree in git's import format."""
    root, at, said = row.split(" ", 2)
    first, *others = parents
    lines = ["feature done"] if number == 1 else []
    lines += [f"commit {repository.NEXT}", f"mark :{number}", f"committer nab <nab@localhost> {at} +0000"]
    lines += [f"data {len(said.encode())}", said, f"from {first}", *(f"merge {other}" for other in others)]
    return [f"{line}\n".encode() for line in [*lines, f"M 040000 {root} {ROOT}"]]
