"""Whether a folder's filesystem keeps what the event log relies on."""

from __future__ import annotations

import errno
from pathlib import Path
from tempfile import TemporaryDirectory

from nab.core.errors import NabError
from nab.edges import process
from nab.edges.files import files, locks

SHARED = {"nfs", "nfsd", "smb", "smb2", "cifs", "afs", "ceph", "v9fs"}
FORGETFUL = {"tmpfs", "ramfs"}
# One of these is in a state folder as soon as anything is.
MARKS = {"events", "runs", "locks", "secrets", "tournament", "models", "trust", "sync", "proofs"}
MARKS |= {f"{name}.json" for name in ("format", "overview", "doors", "alarms", "health", "contract")}
FULL = {errno.ENOSPC, errno.EDQUOT}
HINT = "put the state on a local disk (ext4, xfs, btrfs): --state or $NAB_STATE"


def why_none(folder: Path) -> str:
    """Say why a folder is not one that a state is in; nothing for one that is, or is to become one."""
    try:
        names = {path.name for path in folder.iterdir()}
    except FileNotFoundError:
        return "there is no such folder"
    except OSError as error:
        return str(error.strerror)
    return "" if not names or names & MARKS else "it holds nothing of ours"


def self_test(folder: Path) -> list[str]:
    """Try locks, replacing and syncing in a folder, and return what is unwise about it though it works.

    Raises NabError when the folder cannot hold the state.
    """
    files.make_folder(folder)
    kind = filesystem(folder)
    if kind in SHARED:
        raise NabError(f"{folder} is on {kind}, where locks and syncs are not to be relied on", hint=HINT)
    try:
        probe(folder)
    except OSError as error:
        if error.errno in FULL:
            raise
        raise NabError(f"{folder} cannot hold the state: {error.strerror}", hint=HINT) from None
    if kind in FORGETFUL:
        return [f"{folder} is on {kind}: all of it is gone after a reboot"]
    return []


def filesystem(folder: Path) -> str:
    """Name the type of the filesystem that a folder is on, as stat does."""
    return process.run("stat", "--file-system", "--format=%T", str(folder)).stdout.strip()


def probe(folder: Path) -> None:
    """Take a lock, replace a file, and look whether both took effect."""
    with TemporaryDirectory(prefix=".self-test-", dir=folder) as scratch:
        lock, file = Path(scratch, "lock"), Path(scratch, "file")
        with locks.held(lock, what="the self-test"):
            if not locks.is_held(lock):
                raise NabError(f"{folder}: two processes could hold one lock there", hint=HINT)
        for content in (b"old", b"new"):
            files.replace_bytes(file, content)
        if file.read_bytes() != b"new":
            raise NabError(f"{folder}: a replaced file keeps its old content there", hint=HINT)
