"""Tarballs whose bytes depend on what is in them alone: not on who packs them, when, where, or in which order."""

from __future__ import annotations

import gzip
import tarfile
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from pathlib import Path

from nab.core.errors import NabError
from nab.edges.files import files


def pack(into: Path, folder: Path, names: Iterable[str], at: datetime) -> str:
    """Write some files of a folder into a tarball, in this order, all of one instant. Returns its SHA-256."""
    into.parent.mkdir(parents=True, exist_ok=True)
    new = files.temporary_of(into)
    with (
        new.open("wb") as raw,
        gzip.GzipFile("", "wb", 1, raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for name in names:
            add(tar, folder / name, name, at)
    new.replace(into)
    return files.sha256(into)


def add(tar: tarfile.TarFile, path: Path, name: str, at: datetime) -> None:
    """Add one file: root's, and executable where it is."""
    member = tarfile.TarInfo(name)
    member.size = path.stat().st_size
    member.mtime = int(at.timestamp())
    member.mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
    with path.open("rb") as file:
        tar.addfile(member, file)


def unpack(archive: bytes, into: Path) -> None:
    """Unpack what git archived of one of our own commits."""
    try:
        with tarfile.open(fileobj=BytesIO(archive)) as tar:
            tar.extractall(into, filter="data")
    except tarfile.TarError as error:
        raise NabError(f"what git archived cannot be read: {error}") from None
