"""DuckDB, opened so that it reads and writes where it is told to, asks no network and stays small."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from nab.core.errors import FAILED, NabError
from nab.core.text.sql import listed

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Connection: TypeAlias = "DuckDBPyConnection"

MEMORY = "700MB"
SETTINGS = {
    "memory_limit": MEMORY,
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}


Answer = tuple[tuple[str, ...], list[tuple[Any, ...]]]


@contextmanager
def opened(scratch: Path, file: Path | None = None, *, read_only: bool = False) -> Iterator[Connection]:
    """Open a database in a file, or in memory. What does not fit into memory goes into `scratch`.

    Raises NabError where DuckDB is not installed, and for a mistake in what it is asked.
    """
    try:
        import duckdb
    except ImportError:
        raise NabError(
            "DuckDB is not installed: there is no results store without it",
            hint="scripts/bootstrap.sh installs it with everything else of requirements.lock",
        ) from None
    with told_plainly():
        config: dict[str, str | bool | int | float | list[str]] = {**SETTINGS, "temp_directory": str(scratch)}
        with duckdb.connect(str(file or ":memory:"), read_only=read_only, config=config) as connection:
            yield connection


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn what DuckDB raises into a sentence."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        raise NabError(f"DuckDB: {str(error).strip()}", exit_code=FAILED) from None


def confine(connection: Connection, folders: Sequence[Path]) -> None:
    """Let what is asked from now on open nothing but what lies in these folders, and change no setting."""
    connection.execute(f"SET allowed_directories = {listed([str(folder) for folder in folders])}")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def ask(connection: Connection, question: str) -> Answer:
    """Answer a question. Raises NabError for what is none: a question changes nothing and writes no file."""
    from duckdb import StatementType

    with told_plainly():
        kinds = {one.type for one in connection.extract_statements(question)}
        if not kinds <= {StatementType.SELECT, StatementType.EXPLAIN}:
            raise NabError(
                "that is no question", hint="SELECT, SHOW TABLES, DESCRIBE, SUMMARIZE and EXPLAIN are"
            )
        return rows(connection, question)


def rows(connection: Connection, query: str) -> Answer:
    """Return the names of a query's columns and all rows of its answer."""
    answer = connection.execute(query)
    names = tuple(column[0] for column in answer.description or ())
    return names, answer.fetchall() if names else []
