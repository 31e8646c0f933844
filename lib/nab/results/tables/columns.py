"""A table of the results store as a value, and the SQL that it stands for. Names are ours; no text of an agent's is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from nab.core.text.sql import listed, literal, quoted

LONGEST_LINE = 64 << 20  # bytes
TEXT, WHOLE, NUMBER, YES, INSTANT, JSON = "VARCHAR", "BIGINT", "DOUBLE", "BOOLEAN", "TIMESTAMP", "JSON"


@dataclass(frozen=True)
class Column:
    """A column: `made` is the SQL that it is made by, its own name where that is left out.

    `private`: an agent's or a page's own words, or somebody's file. No export has it.
    """

    name: str
    says: str = ""
    type: str = TEXT
    unit: str = ""
    example: str = ""
    made: str = ""
    private: bool = False

    @property
    def sql(self) -> str:
        return f'TRY_CAST({self.made or quoted(self.name)} AS {self.type}) AS "{self.name}"'


@dataclass(frozen=True)
class Recorded:
    """A table of which there is a Parquet file for every closed segment: a row for every line that can be read.

    `keys` are those of a line that are read, with their types; without any, the columns themselves. A line that lacks
    `needed` is none: one that is torn, or no JSON. `rules` is the version of what reads them, where that is ours.
    """

    name: str
    says: str
    source: str
    columns: tuple[Column, ...]
    needed: str
    keys: Mapping[str, str] = field(default_factory=dict)
    rules: str = ""

    @property
    def fingerprint(self) -> str:
        """Eight digits that differ where the rows of the same lines would."""
        return sha256((self.rows("[]", "") + self.rules).encode()).hexdigest()[:8]

    def rows(self, files: str, run: str) -> str:
        """Return the query for the rows of some files of lines. `{run}` in a column stands for whose they are."""
        made = ", ".join(one.sql.replace("{run}", literal(run)) for one in self.columns)
        return f"SELECT {made} FROM {self.lines(files)} WHERE {quoted(self.needed)} IS NOT NULL"

    def lines(self, files: str) -> str:
        """Return what reads the lines. All keys are named: what is guessed differs from file to file."""
        keys = self.keys or {one.name: one.type for one in self.columns}
        named = ", ".join(f"{literal(key)}: {literal(kind)}" for key, kind in keys.items())
        return (
            f"read_json({files}, columns = {{{named}}}, format = 'newline_delimited', ignore_errors = true,"
            f" maximum_object_size = {LONGEST_LINE})"
        )

    def nothing(self) -> str:
        """Return the query for no row."""
        return (
            "SELECT "
            + ", ".join(f'NULL::{one.type} AS "{one.name}"' for one in self.columns)
            + " WHERE false"
        )


@dataclass(frozen=True)
class View:
    """A table that is a question to others, asked anew each time: `origin` is what follows its FROM."""

    name: str
    says: str
    source: str
    columns: tuple[Column, ...]
    origin: str

    @property
    def query(self) -> str:
        return f"SELECT {', '.join(one.sql for one in self.columns)} FROM {self.origin}"


Table = Recorded | View


def view(
    table: Recorded, sealed: Sequence[str], grown: Mapping[str, Sequence[str]], *, mixed: bool = False
) -> str:
    """Return the query for a whole table: its Parquet files, and by run the files that still grow.

    `mixed`: older releases made some of them, with other columns; those that are missing are empty. All files have to
    be opened for that, before anything is asked.
    """
    names = ", ".join(f'"{one.name}"' for one in table.columns)
    parts = [table.nothing()]
    if sealed:
        parts.append(f"SELECT * FROM read_parquet({listed(sealed)}, union_by_name = {str(mixed).lower()})")
    parts += [table.rows(listed(files), run) for run, files in grown.items()]
    return f"SELECT {names} FROM (" + " UNION ALL BY NAME ".join(f"({one})" for one in parts) + ")"
