"""What an operator wrote into a file, refused with one sentence where nothing can be made of it."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

from nab.core.errors import NabError

T = TypeVar("T")


def text_of(file: Path) -> str:
    """Return what an operator wrote into a file. Raises NabError for what is no such file."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise NabError(f"no configuration at {file}", hint="run in the repository, or use --config") from None
    except OSError as error:
        hint = "name the file itself" if file.is_dir() else "it has to be a file that you may read"
        raise NabError(f"{file} cannot be read: {error.strerror}", hint=hint) from None
    except UnicodeDecodeError as error:
        raise NabError(f"{file} is not TOML: {error}", hint="write it as UTF-8") from None


def refuse_endless(written: object, file: Path, place: str = "") -> None:
    """Raise NabError for a number that is none or has no end: no type of a setting says that."""
    if isinstance(written, float) and not math.isfinite(written):
        raise NabError(f"{file}: {place}: {written} is no limit", hint="a number of docs/operations.md")
    parts = (
        written.items()
        if isinstance(written, dict)
        else enumerate(written)
        if isinstance(written, list)
        else ()
    )
    for key, part in parts:
        refuse_endless(
            part, file, f"{place}[{key}]" if isinstance(written, list) else f"{place}.{key}".lstrip(".")
        )


def recipe(file: Path, kind: type[T]) -> T:
    """Read a file of images/ that adds an agent or a vendor. Raises NabError with the place of the mistake."""
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), kind)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NabError(f"{file} is not TOML: {error}") from None
    except msgspec.ValidationError as error:
        complaint = str(error).replace("Object contains unknown field", "unknown key")
        complaint = complaint.replace(" - at `$.", " at `").replace(" - at `$`", "")
        raise NabError(f"{file}: {complaint}", hint="docs/adding-an-agent.md lists every key") from None
