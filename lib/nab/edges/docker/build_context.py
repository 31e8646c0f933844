"""An image's recipe: the files of its folder, its arguments and its parent; and the digest of all that."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

EXECUTABLE, PLAIN = 0o755, 0o644
LEFT_OUT = {"__pycache__", ".DS_Store"}


@dataclass(frozen=True)
class File:
    """One file of a build context."""

    content: bytes
    mode: int = PLAIN


@dataclass(frozen=True)
class Recipe:
    """What an image is built from. `parent_id` is the id of the image that it starts from.

    `labels` say nothing that does not follow from the rest.
    """

    name: str
    files: Mapping[str, File]
    parent_id: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


def folder(root: Path) -> dict[str, File]:
    """Read a build context; of the modes only executable or not is kept, so that checkouts agree."""
    files: dict[str, File] = {}
    for path in sorted(root.rglob("*")):
        if path.is_file() and not LEFT_OUT & set(path.relative_to(root).parts):
            executable = path.stat().st_mode & 0o111
            mode = EXECUTABLE if executable else PLAIN
            files[path.relative_to(root).as_posix()] = File(path.read_bytes(), mode)
    return files


def digest(recipe: Recipe) -> str:
    """Return one number for the whole recipe: the same recipe builds the same image."""
    total = hashlib.sha256()
    for name, file in sorted(recipe.files.items()):
        total.update(f"{name}\0{file.mode:o}\0{len(file.content)}\0".encode())
        total.update(file.content)
    for key, value in sorted(recipe.arguments.items()):
        total.update(f"{key}={value}\0".encode())
    total.update(recipe.parent_id.encode())
    return total.hexdigest()


def packed(recipe: Recipe) -> io.BytesIO:
    """Return the build context as the tar file that the engine takes."""
    tar_bytes = io.BytesIO()
    with tarfile.open(fileobj=tar_bytes, mode="w") as tar:
        for name, file in sorted(recipe.files.items()):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(file.content), file.mode
            tar.addfile(member, io.BytesIO(file.content))
    tar_bytes.seek(0)
    return tar_bytes
