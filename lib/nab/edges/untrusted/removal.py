"""Removing a folder that an agent wrote, whatever it made of it. No link is followed, and no mount is gone into."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from nab.core.errors import FAILED, NabError
from nab.edges.untrusted import descriptors, walks
from nab.paths import AgentFolder

PASSES = 3  # somebody may still have written while the first went on
ALL = stat.S_IRWXU


def remove(folder: AgentFolder) -> None:
    """Remove a folder, or nothing where there is none; of a link to it, which is ours, the link.

    Raises NabError that says what could not go, after all else has gone.
    """
    if folder.own_path.is_symlink():
        folder.own_path.unlink()
        return
    left: list[str] = []
    for _ in range(PASSES):
        try:
            left = empty(folder)
            folder.own_path.rmdir()
        except FileNotFoundError:
            return
        except OSError as error:
            left = left or [f"{folder.own_path}: {error.strerror}"]
        else:
            return
    more = f", and {len(left) - 1} more" if len(left) > 1 else ""
    raise NabError(f"{folder.own_path} could not be removed: {left[0]}{more}", exit_code=FAILED)


def empty(folder: AgentFolder) -> list[str]:
    """Remove what is in a folder. Returns a line for each thing that could not go. Raises OSError."""
    left: list[str] = []
    with descriptors.folder(folder) as start:
        unlock(start)
        try:
            for step in walks.through(start, by_force):
                left += [said for said in taken(step) if said]
        except OSError as error:
            left.append(f"what is far below: {error.strerror}")
    return left


def taken(step: walks.Step) -> list[str]:
    """Remove the files that a step of a walk tells of, or the folder that it left. Says what could not go."""
    if step.left:
        return [gone(step.here, step.left, step.trouble, folder=True)]
    files = [name for name, seen in step.entries if not stat.S_ISDIR(seen.st_mode)]
    told = [f"{step.trouble.strerror}"] if step.trouble else []
    return told + [gone(step.here, name) for name in files]


def gone(here: int, name: str, trouble: OSError | None = None, *, folder: bool = False) -> str:
    """Remove one entry. Returns why it could not go, or nothing."""
    try:
        (os.rmdir if folder else os.unlink)(name, dir_fd=here)
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"{name!a}: {(trouble or error).strerror}"
    return ""


def by_force(here: int, name: str) -> int:
    """Open a folder; what keeps us out of it is put aside first, where we may do that. Raises OSError."""
    seen = os.open(name, descriptors.LOOK | os.O_DIRECTORY, dir_fd=here)
    try:
        with suppress(OSError):
            unlock(seen)
        return walks.open_folder(here, name)
    finally:
        os.close(seen)


def unlock(folder: int) -> None:
    """Have an open folder let its owner do everything. Raises OSError."""
    mode = stat.S_IMODE(os.fstat(folder).st_mode)
    if mode & ALL != ALL:
        Path(descriptors.through(folder)).chmod(mode | ALL)
