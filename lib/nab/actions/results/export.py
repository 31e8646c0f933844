"""The tables for others: Parquet, one SQLite file, a data dictionary; without what may not be published."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from nab.actions.bench import Bench
from nab.actions.results import asking
from nab.core.errors import FAILED, NabError
from nab.core.text.counts import number_of
from nab.core.text.sql import literal, quoted
from nab.core.upkeep.secrets.scanner import Scanner
from nab.edges.files import files
from nab.edges.secrets import held_secrets
from nab.edges.store.database import Connection
from nab.results.tables import catalogue, dictionary
from nab.results.tables.columns import Table

SQLITE, DICTIONARY, WORDS = "results.sqlite", "data_dictionary", "data.md"
BATCH = 10_000
OF_SQLITE = {"bigint": "INTEGER", "double": "REAL", "boolean": "INTEGER"}  # all else is text there


def export(bench: Bench, folder: Path) -> str:
    """Write the tables into a folder that is empty or not there yet. Returns what was written.

    Raises NabError where a row holds one of this machine's keys: then nothing is left there.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NabError(f"{folder} is not empty", hint="make export DIR=, a folder that is not there yet")
    tables = [one for one in catalogue.TABLES if catalogue.published(one)]
    files.make_folder(folder)
    counts: dict[str, int] = {}
    try:
        with (
            asking.opened(bench, also=folder) as connection,
            closing(sqlite3.connect(folder / SQLITE)) as lite,
        ):
            keys = Scanner(held_secrets.held(bench.config), public=held_secrets.public(bench.config))
            for table in tables:
                counts[table.name] = one(connection, lite, folder, table, keys)
            explain(lite, tables)
            lite.commit()
        files.replace_bytes(folder / WORDS, dictionary.markdown().encode())
    except BaseException:
        for path in folder.iterdir():
            path.unlink()
        raise
    total = sum(counts.values())
    return (
        f"{folder}: {number_of(len(counts), 'table')}, {number_of(total, 'row')}, "
        f"as Parquet and in {SQLITE}; {WORDS} says what they are"
    )


def one(
    connection: Connection, lite: sqlite3.Connection, folder: Path, table: Table, scanner: Scanner
) -> int:
    """Write a table in both forms, its rows in the same order. Returns how many rows it has."""
    columns = catalogue.published(table)
    names = ", ".join(quoted(column.name) for column in columns)
    target = folder / f"{table.name}.parquet"
    connection.execute(
        f"COPY (SELECT {names} FROM {quoted(table.name)}) TO {literal(str(target))} (FORMAT parquet, COMPRESSION zstd)"
    )
    kinds = ", ".join(
        f"{quoted(column.name)} {OF_SQLITE.get(column.type.lower(), 'TEXT')}" for column in columns
    )
    lite.execute(f"CREATE TABLE {quoted(table.name)} ({kinds})")
    marks = ", ".join("?" * len(columns))
    count = 0
    for batch in batches(connection, f"SELECT * FROM read_parquet({literal(str(target))})"):
        refuse_keys(scanner, table, batch)
        lite.executemany(f"INSERT INTO {quoted(table.name)} VALUES ({marks})", batch)
        count += len(batch)
    return count


def batches(connection: Connection, query: str) -> Iterator[list[tuple[object, ...]]]:
    """Yield the rows of an answer, as SQLite takes them."""
    found = connection.execute(query)
    while rows := found.fetchmany(BATCH):
        yield [tuple(map(plain, row)) for row in rows]


def plain(value: object) -> object:
    """Return a value as SQLite takes it: an instant as text, in UTC."""
    return value if value is None or isinstance(value, int | float | str) else f"{value}Z"


def refuse_keys(scanner: Scanner, table: Table, rows: list[tuple[object, ...]]) -> None:
    """Raise NabError where one of this machine's keys is in rows."""
    words = "\n".join(value for row in rows for value in row if isinstance(value, str))
    if name := scanner.held(words.encode("utf-8", "replace")):
        raise NabError(
            f"the table {table.name} holds a key of this machine ({name}): nothing was exported",
            hint="make sql finds the row; the key has to be changed, whoever wrote it down",
            exit_code=FAILED,
        )


def explain(lite: sqlite3.Connection, tables: list[Table]) -> None:
    """Write the data dictionary into the SQLite file."""
    titles = ("table_name", "column_name", "type", "unit", "says", "source", "example")
    lite.execute(f"CREATE TABLE {DICTIONARY} ({', '.join(f'{title} TEXT' for title in titles)})")
    lite.executemany(
        f"INSERT INTO {DICTIONARY} VALUES ({', '.join('?' * len(titles))})",
        dictionary.exported(tables),
    )
