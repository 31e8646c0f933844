"""What we make in the folders of an agent: the folders themselves, and what a home begins with. No link is followed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nab.edges.files import files
from nab.edges.untrusted import descriptors, walks
from nab.paths import AgentFolder

NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def make(folder: AgentFolder) -> None:
    """Make a folder in one of ours, unless it is there."""
    files.make_folder(folder.own_path)


def make_inside(disk: AgentFolder, name: str, mode: int | None = None) -> None:
    """Make a folder on a run's disk, unless it is there; with this mode in either case. Raises OSError."""
    with made(disk, os.fsencode(name)) as here:
        if mode is not None:
            os.fchmod(here, mode)


def lead(link: AgentFolder, disk: AgentFolder) -> None:
    """Make a folder on a run's disk, and our link to it. What an older run has in the link's place is a folder."""
    if is_apart(link):
        return
    make_inside(disk, link.own_path.name)
    if not link.own_path.is_symlink():
        link.own_path.symlink_to(Path(disk.own_path.name, link.own_path.name))


def is_apart(folder: AgentFolder) -> bool:
    """Say whether a folder is one of its own and no link into a run's disk."""
    return folder.own_path.is_dir() and not folder.own_path.is_symlink()


def is_anything(folder: AgentFolder) -> bool:
    """Say whether there is a folder, or a link of ours to one."""
    return folder.own_path.is_symlink() or folder.own_path.exists()


def is_lost(folder: AgentFolder) -> bool:
    """Say whether a folder is a link to a disk that is not there."""
    return folder.own_path.is_symlink() and not folder.own_path.exists()


@contextmanager
def made(root: AgentFolder, path: bytes) -> Iterator[int]:
    """Open a folder below another; what is missing on the way is made. Raises OSError, also for a link on the way."""
    with descriptors.folder(root) as start:
        here = os.dup(start)
    try:
        for name in descriptors.steps(path):
            with suppress(FileExistsError):
                os.mkdir(name, 0o755, dir_fd=here)
                os.fsync(here)
            below = os.open(name, descriptors.FOLDER, dir_fd=here)
            os.close(here)
            here = below
        yield here
    finally:
        os.close(here)


def furnish(root: AgentFolder, source: Path) -> None:
    """Copy what a folder of ours holds into an agent's. A file or a link that has a name already gives way.

    Raises OSError where a link is in the place of a folder.
    """
    for inside, _, names in os.walk(source):
        below = Path(inside).relative_to(source)
        with made(root, b"" if below == Path() else os.fsencode(below)) as here:
            for name in names:
                write(here, name, Path(inside, name))


def write(here: int, name: str, source: Path) -> None:
    """Write a new file into an open folder, in the place of whatever has its name. Raises OSError."""
    temporary = files.temporary_of(Path(name)).name
    with suppress(FileNotFoundError):
        os.unlink(temporary, dir_fd=here)
    new = os.open(temporary, NEW, 0o600, dir_fd=here)
    try:
        files.write_whole(new, source.read_bytes())
        os.fchmod(new, source.stat().st_mode & 0o777)
        os.fsync(new)
    finally:
        os.close(new)
    os.rename(temporary, name, src_dir_fd=here, dst_dir_fd=here)


def hand_over(folder: AgentFolder, uid: int) -> None:
    """Give a folder and all in it to a user; a link itself, never what it leads to. Raises OSError."""
    with descriptors.folder(folder) as start:
        os.fchown(start, uid, uid)
        for step in walks.through(start):
            if step.trouble and step.trouble.errno not in walks.PASSING:
                raise step.trouble
            for name, _ in step.entries:
                with suppress(FileNotFoundError):
                    os.chown(name, uid, uid, dir_fd=step.here, follow_symlinks=False)
