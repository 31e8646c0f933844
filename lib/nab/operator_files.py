"""What an operator wrote into a file, refused with one sentence where nothing can be made of it."""

from __future__ import annotations

import math
import re
import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import inspect

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
        hint = remedy(kind, str(error), "docs/adding-an-agent.md")
        raise NabError(f"{file}: {complaint}", hint=hint) from None


def remedy(kind: type, complaint: str, page: str) -> str:
    """Return the hint for a file that msgspec refuses: the choices of an invalid enum value, and where its keys are."""
    known, keys = choices(kind, complaint), f"{page} lists every key"
    return f"choices: {', '.join(known)}; {keys}" if known else keys


def choices(kind: type, complaint: str) -> list[str]:
    """Return the values that msgspec would take in place of an invalid enum value; none for other complaints."""
    if not complaint.startswith("Invalid enum value"):
        return []
    found: list[inspect.Type] = [inspect.type_info(kind)]
    for step in re.findall(r"[\w-]+|\[[^\]]*\]", complaint.partition("`$")[2]):
        found = [inner for one in map(plain, found) for part in one for inner in inside(part, step)]
    values = [value for one in map(plain, found) for part in one for value in taken(part)]
    return [str(value) for value in values]


def plain(kind: inspect.Type) -> tuple[inspect.Type, ...]:
    """Return the alternatives of a type."""
    return kind.types if isinstance(kind, inspect.UnionType) else (kind,)


def inside(kind: inspect.Type, step: str) -> list[inspect.Type]:
    """Return the type of a field, of a list's items or of a table's values."""
    if isinstance(kind, inspect.StructType):
        return [field.type for field in kind.fields if field.encode_name == step]
    if isinstance(kind, inspect.DictType):
        return [kind.value_type]
    if isinstance(kind, (inspect.ListType, inspect.VarTupleType)):
        return [kind.item_type]
    return []


def taken(kind: inspect.Type) -> list[object]:
    """Return the values of a type that lists them."""
    if isinstance(kind, inspect.LiteralType):
        return list(kind.values)
    return [one.value for one in kind.cls] if isinstance(kind, inspect.EnumType) else []
