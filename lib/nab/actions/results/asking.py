"""Questions to the results store: in SQL, by anyone, with nothing in reach but the tables."""

from __future__ import annotations

import code
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nab.actions.bench import Bench
from nab.actions.results import update
from nab.core.errors import NabError
from nab.core.text.tables import Report, Table, table
from nab.edges.store import database
from nab.edges.store.database import Connection
from nab.results.tables import catalogue

WELCOME = (
    "The results store: show('SELECT ...') prints a table, rows('SELECT ...') returns its rows. Tables: "
)


@contextmanager
def opened(bench: Bench, also: Path | None = None) -> Iterator[Connection]:
    """Bring the store up to date and open its tables. Outcomes are those of the last `make results`."""
    update.update(bench)
    paths = bench.paths
    folders = [paths.store, paths.events, paths.runs, *([also] if also else [])]
    with database.opened(paths.store / "scratch", paths.store_views, read_only=True) as connection:
        database.confine(connection, [folder.absolute() for folder in folders])
        yield connection


def answer(bench: Bench, question: str, *, as_json: bool = False) -> str | Report:
    """Return the answer of a question: as a table, or as a line of JSON a row."""
    if not question.strip():
        raise NabError("no question", hint='make sql Q="SELECT run, ending FROM runs"; tables: ' + tables())
    with opened(bench) as connection:
        names, rows = database.ask(connection, question)
    if as_json:
        return "\n".join(json.dumps(dict(zip(names, row, strict=True)), default=str) for row in rows)
    return [Table(names, [[cell(value) for value in row] for row in rows])]


def as_table(names: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Lay rows out."""
    return table(names, [[cell(value) for value in row] for row in rows])


def cell(value: object) -> str:
    """Write a value of a row."""
    return "" if value is None else str(value)


def tables() -> str:
    """Name the tables."""
    return ", ".join(catalogue.NAMED)


def shell(bench: Bench) -> None:
    """Open a Python prompt on the store."""
    with opened(bench) as connection:

        def show(question: str) -> None:
            try:
                print(as_table(*database.ask(connection, question)))
            except NabError as error:
                print(error.message)

        def rows(question: str) -> list[tuple[Any, ...]]:
            return database.ask(connection, question)[1]

        code.interact(f"{WELCOME}{tables()}. Ctrl-D ends.", local={"show": show, "rows": rows}, exitmsg="")
