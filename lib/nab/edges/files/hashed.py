"""Whole texts in a folder of their own, each once, compressed, called by the SHA-256 of what it says."""

from __future__ import annotations

import gzip
import re
import zlib
from hashlib import sha256
from pathlib import Path

from nab.core.errors import FAILED, NabError
from nab.edges.files import files

ENDING = ".json.gz"
DIGEST = re.compile(r"[0-9a-f]{64}")


def keep(folder: Path, content: bytes) -> str:
    """Keep a text, and return its name. One that is there is left alone."""
    name = sha256(content).hexdigest()
    if not where(folder, name).exists():
        files.replace_bytes(where(folder, name), gzip.compress(content, mtime=0))
    return name


def read(folder: Path, name: str) -> bytes:
    """Return a text. Raises NabError where it is not there, or is not what it was."""
    path = where(folder, name)
    try:
        content = gzip.decompress(path.read_bytes())
    except FileNotFoundError:
        raise NabError(
            f"{path} is not there", hint="it is kept on the machine that asked, and nowhere else"
        ) from None
    except (OSError, EOFError, zlib.error) as error:
        raise NabError(f"{path} cannot be read: {error}", exit_code=FAILED) from None
    if sha256(content).hexdigest() != name:
        raise NabError(
            f"{path} is not what it was", hint="its name is the SHA-256 of what it said", exit_code=FAILED
        )
    return content


def taken(folder: Path) -> int:
    """Return how many bytes all of them take."""
    return sum(files.size(path) for path in folder.glob(f"*{ENDING}"))


def where(folder: Path, name: str) -> Path:
    """Return the file of a text. Raises NabError for a name that is none."""
    if not DIGEST.fullmatch(name):
        raise NabError(f"{name!r} is no SHA-256", hint="64 digits of 0-9a-f")
    return folder / f"{name}{ENDING}"
