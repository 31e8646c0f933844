"""The names of a table's Parquet files: of which lines, how many bytes of them, in which columns, and their hash."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

NAME = re.compile(
    r"(?P<key>[\w-]+)\.(?P<size>[0-9]+)\.(?P<columns>[0-9a-f]{8})\.(?P<sha256>[0-9a-f]{64})\.parquet"
)
OF_THE_LOG = "installation"  # the folder of what is no run's


class Sealed(NamedTuple):
    """One of them. `sha256` is that of the lines that it was made of, as they are uncompressed."""

    key: str
    size: int
    columns: str
    sha256: str

    @property
    def name(self) -> str:
        return f"{self.key}.{self.size}.{self.columns}.{self.sha256}.parquet"


def key(text: str) -> str:
    """Return a name that may stand in a file's."""
    return re.sub(r"[^\w-]", "_", text)


def named(name: str) -> Sealed | None:
    """Read a name; None for that of any other file."""
    found = NAME.fullmatch(name)
    return Sealed(found["key"], int(found["size"]), found["columns"], found["sha256"]) if found else None


def present(names: Iterable[str]) -> dict[str, list[Sealed]]:
    """Return the Parquet files among some names, by key. Two of one key are the old one and what takes its place."""
    found: dict[str, list[Sealed]] = {}
    for name in sorted(names):
        if one := named(name):
            found.setdefault(one.key, []).append(one)
    return found


def same(found: Iterable[Sealed], size: int, columns: str) -> Sealed | None:
    """Return the file that is made of so many bytes, in these columns."""
    return next((one for one in found if (one.size, one.columns) == (size, columns)), None)
