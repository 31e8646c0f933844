"""Of which files the tables are made, and how many lines of each could not be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from nab.core.text.sql import listed, literal, quoted
from nab.results.tables.columns import WHOLE, Column, Recorded, View

SEALED, GROWING = "sealed", "growing"


class Part(NamedTuple):
    """A file of a table: a Parquet file, or one of lines that grows."""

    table: Recorded
    run: str
    file: str


SOURCES = View(
    "sources",
    "Every file that tables are made of. `unreadable` lines are torn, or no JSON: they are in no table.",
    "the store itself",
    (
        Column("of_table", "for which table", example="calls"),
        Column("run", "whose; empty: the installation's", example="2026-05-16T130207Z-codex-l4"),
        Column("file", "a Parquet file, or one of lines", private=True),
        Column("state", f"{SEALED} or {GROWING}", example=SEALED),
        Column("lines", "that were read, worked-out rows among them", WHOLE, "lines", "312004"),
        Column("rows", "that are in the table", WHOLE, "rows", "312003"),
        Column("unreadable", "", WHOLE, "lines", "1", "lines - rows"),
    ),
    "",
)
NOTHING = (
    "SELECT NULL AS of_table, NULL AS run, NULL AS file, NULL AS state, 0 AS lines, 0 AS rows WHERE false"
)


def sources(sealed: Sequence[Part], growing: Sequence[Part]) -> View:
    """Return the view of these files. They are opened when it is asked, and not before."""
    parts = [NOTHING, *map(growing_one, growing)]
    if sealed:
        rows = ", ".join(
            f"({literal(one.file)}, {literal(one.table.name)}, {literal(one.run)})" for one in sealed
        )
        files = listed([one.file for one in sealed])
        parts.append(
            f"SELECT named.of, named.run, named.file, '{SEALED}', CAST(decode(kept.value) AS BIGINT), told.num_rows"
            f" FROM (VALUES {rows}) AS named(file, of, run)"
            f" JOIN parquet_kv_metadata({files}) AS kept ON kept.file_name = named.file AND decode(kept.key) = 'lines'"
            f" JOIN parquet_file_metadata({files}) AS told ON told.file_name = named.file"
        )
    return replace(SOURCES, origin="(" + " UNION ALL ".join(parts) + ")")


def growing_one(one: Part) -> str:
    """Return the query for a file of lines."""
    table = one.table
    return (
        f"SELECT {literal(table.name)}, {literal(one.run)}, {literal(one.file)}, '{GROWING}', count(*),"
        f" count({quoted(table.needed)}) FROM {table.lines(listed([one.file]))}"
    )
