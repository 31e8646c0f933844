"""What lies in a folder of somebody hostile, opened step by step: no link is followed, no pipe or device opened.

A path is bytes, relative to the folder, of whatever length: no system call is given more than one name of it. What
was looked at is what is opened, whoever swaps names meanwhile.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from nab.paths import AgentFolder

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
LOOK = os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC  # opens nothing: a pipe or a device does not notice
READ = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
OURS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC  # of the folder itself, to which a link of ours may lead
NO_NAMES = {b"", b".", b".."}


def steps(path: bytes) -> list[bytes]:
    """Take a path apart; the empty one has no steps. Raises OSError for one that could lead out."""
    names = path.split(b"/") if path else []
    if not NO_NAMES.isdisjoint(names):
        raise OSError(errno.EINVAL, "no path below a folder", path)
    return names


def descend(start: int, names: list[bytes]) -> int:
    """Open a folder below an open one. Raises OSError, also where a link is on the way."""
    here = os.dup(start)
    for name in names:
        try:
            below = os.open(name, FOLDER, dir_fd=here)
        finally:
            os.close(here)
        here = below
    return here


@contextmanager
def folder(root: AgentFolder, path: bytes = b"") -> Iterator[int]:
    """Open a folder, itself or one below it. Raises OSError."""
    names = steps(path)
    start = os.open(root.own_path, OURS)
    try:
        here = descend(start, names)
    finally:
        os.close(start)
    try:
        yield here
    finally:
        os.close(here)


@contextmanager
def parent(root: AgentFolder, path: bytes) -> Iterator[tuple[int, bytes]]:
    """Open the folder that an entry is in, and give its name there. Raises OSError."""
    above, _, name = path.rpartition(b"/")
    steps(name)
    with folder(root, above) as here:
        yield here, name


def status(root: AgentFolder, path: bytes) -> os.stat_result | None:
    """Look at what lies at a path, a link itself; None for nothing, or where a link is on the way."""
    try:
        with parent(root, path) as (here, name):
            return os.stat(name, dir_fd=here, follow_symlinks=False)
    except OSError:
        return None


@contextmanager
def regular(root: AgentFolder, path: bytes) -> Iterator[tuple[int, os.stat_result]]:
    """Open a regular file to read. Raises OSError for anything else, also for what is not there."""
    with parent(root, path) as (here, name):
        file = open_regular(here, name)
    try:
        yield file, os.fstat(file)
    finally:
        os.close(file)


def open_regular(here: int, name: bytes) -> int:
    """Open a regular file of an open folder. Raises OSError."""
    seen = os.open(name, LOOK, dir_fd=here)
    try:
        if not stat.S_ISREG(os.fstat(seen).st_mode):
            raise OSError(errno.EINVAL, "no regular file", name)
        return os.open(through(seen), READ)
    finally:
        os.close(seen)


def through(seen: int) -> str:
    """Name what a descriptor is of, and nothing that has taken its name since."""
    return f"/proc/self/fd/{seen}"


def is_there(root: AgentFolder) -> bool:
    """Say whether a folder is there."""
    try:
        with folder(root):
            return True
    except OSError:
        return False


def owner(root: AgentFolder) -> int | None:
    """Return the number of the user whose a folder is; None where there is none."""
    try:
        with folder(root) as here:
            return os.fstat(here).st_uid
    except OSError:
        return None


def fingerprint(root: AgentFolder, path: bytes) -> str | None:
    """Return the SHA-256 (64 hex digits) of a regular file; None for anything else, links included."""
    try:
        with regular(root, path) as (file, _), os.fdopen(file, "rb", closefd=False) as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return None
