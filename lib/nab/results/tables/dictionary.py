"""The data dictionary: docs/data.md, and the table of columns that goes with an export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nab.results.tables import catalogue, words
from nab.results.tables.columns import Column, Recorded, Table

HEAD = """# The tables of the results store

Written by `scripts/data_dictionary.py`; `make sql Q="SELECT ..."` asks them ([results.md](results.md)). Times are UTC.
A column that is *kept here* is an agent's or somebody else's words: `make export` leaves it out.
"""
TITLES = ("column", "type", "unit", "says", "example")
KEPT = "*kept here*"


def markdown() -> str:
    """Return docs/data.md."""
    return "\n".join([HEAD, *(section(table) for table in catalogue.TABLES)])


def section(table: Table) -> str:
    """Tell of one table."""
    how = "a Parquet file a closed segment" if isinstance(table, Recorded) else "asked anew each time"
    gone = "" if catalogue.published(table) else " All of it is kept here."
    rows = [TITLES, ("---",) * len(TITLES), *(cells(one) for one in table.columns)]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(
        [f"## {table.name}\n", f"{table.says}{gone}", f"Source: `{table.source}`; {how}.\n", *lines, ""]
    )


def cells(column: Column) -> tuple[str, ...]:
    """Return a column's row."""
    told = " ".join(filter(None, (words.says(column), KEPT if column.private else "")))
    return (f"`{column.name}`", column.type.lower(), column.unit, told, f"`{words.example(column)}`")


def exported(tables: Sequence[Table]) -> Iterator[tuple[str, ...]]:
    """Yield a row for every column that an export has."""
    for table in tables:
        for one in catalogue.published(table):
            yield (
                table.name,
                one.name,
                one.type.lower(),
                one.unit,
                words.says(one),
                table.source,
                words.example(one),
            )
