"""Bring the results store up to date: Parquet files of what is closed and has none yet, and the views anew.

What is closed is read once. What still grows is read as it is, by the views, each time that somebody asks.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from nab.actions.bench import Bench
from nab.actions.results import sources, worked_out
from nab.actions.results.sources import Segment, Worked
from nab.core.errors import NabError
from nab.core.log import segments as log_segments
from nab.core.text.sql import quoted
from nab.edges.files import files, locks, records
from nab.edges.log import log_files, sifted
from nab.edges.store import database, parquet, sealed_files
from nab.edges.store.database import Connection
from nab.edges.store.parquet import Lines
from nab.results.tables import bookkeeping, catalogue, recorded
from nab.results.tables.bookkeeping import Part
from nab.results.tables.columns import Recorded, Table, View, view

NO_RUNS_FOLDER = "installation"
WAIT_SECONDS = 600.0
RUNS = """
    SELECT intended.run, any_value(intended.data ->> 'agent') AS agent, count(ended.run) > 0 AS over
    FROM (SELECT * FROM events WHERE kind = 'run.intended') AS intended
    LEFT JOIN (SELECT run FROM events WHERE kind = 'run.ended') AS ended ON ended.run = intended.run
    GROUP BY intended.run ORDER BY intended.run
"""


@dataclass
class Updated:
    """What an update found: files that it made, files that stay as they were, files of lines that still grow.

    What could not be read of a run is told, a sentence each, and costs its own rows alone.
    """

    made: list[Path] = field(default_factory=list)
    kept: int = 0
    growing: list[Segment] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        done = (
            f"store: {len(self.made)} Parquet files made, {self.kept} were there, {len(self.growing)} records grow;"
            ' make sql Q="SELECT ..." asks them (docs/results.md)'
        )
        return "\n".join([done, *(f"store: not there: {one}" for one in self.failed)])

    @contextmanager
    def of(self, table: Recorded, run: str) -> Iterator[None]:
        """Go on with the next table where something of a run cannot be read."""
        try:
            yield
        except (NabError, OSError) as error:
            self.failed.append(f"{table.name} of {run}: {error}")


def update(bench: Bench, *, fold: bool = False) -> Updated:
    """Bring the store up to date. With `fold` the outcomes, too: for them the whole log is read and checked.

    Raises NabError where DuckDB is not installed, where somebody else is at it, and for a damaged event log.
    """
    store = bench.paths.store
    files.make_folder(store)
    with (
        locks.held(bench.paths.lock("results"), what="the results store", wait_seconds=WAIT_SECONDS),
        database.opened(store / "scratch") as connection,
    ):
        found = Updated()
        for segment in sources.of_log(bench.paths):
            take(connection, bench, segment, found)
            if fold and (named := log_segments.named(segment.path.name)):
                sifted.keep(bench.paths.events, named, bench.paths.store_log)
        show(connection, recorded.EVENTS, whole(bench, found, recorded.EVENTS))
        _, runs = database.rows(connection, RUNS)  # by DuckDB: the log as a whole is read by nobody here
        for run, agent, over in runs:
            for segment in sources.of_run(bench.run(run), run, over=over):
                with found.of(segment.table, run):
                    take(connection, bench, segment, found)
            for table, listed in worked_out.of_run(bench, run, agent or ""):
                with found.of(table, run):
                    for worked in listed:
                        work_out(connection, bench, worked, found)
        work_out(connection, bench, worked_out.of_alarms(bench), found)
        if fold:
            work_out(connection, bench, worked_out.of_outcomes(bench), found)
        publish(bench, found)
    shutil.rmtree(store / "scratch", ignore_errors=True)
    return found


def lines_of(bench: Bench, one: Segment | Worked, where: str = "") -> Lines:
    """Say where the Parquet file of a source is, and what it is made by."""
    run, key = place(one)

    def query(listed: str) -> str:
        return one.table.rows(listed, one.run) + where

    return Lines(bench.paths.store / one.table.name / run, key, one.table.fingerprint, query)


def take(connection: Connection, bench: Bench, one: Segment, found: Updated) -> None:
    """Make the Parquet file of a closed segment unless it is there; remember one that grows."""
    lines = lines_of(bench, one, one.where)
    if not one.closed:
        found.growing.append(one)
    elif is_there(lines, one.size):
        found.kept += 1
    elif one.size:
        if one.table is recorded.EVENTS and (segment := log_segments.named(one.path.name)):
            check(bench, segment)
        found.made.append(parquet.seal(connection, lines, one.path))


def check(bench: Bench, segment: log_segments.Segment) -> None:
    """See that a closed segment of the log is as it was written, and keep what counts of it."""
    folder = bench.paths.events
    if not sifted.keep(folder, segment, bench.paths.store_log, anew=True):
        log_files.check_closed(folder, segment)


def work_out(connection: Connection, bench: Bench, one: Worked, found: Updated) -> None:
    """Make the Parquet file of what is worked out, unless it is there."""
    lines = lines_of(bench, one)
    if is_there(lines, one.size):
        found.kept += 1
    else:
        found.made.append(parquet.seal_rows(connection, lines, one.size, one.rows()))


def is_there(lines: Lines, size: int) -> bool:
    """Say whether a Parquet file is made of so many bytes, in the columns of this release."""
    theirs = parquet.present(lines.folder).get(lines.key, [])
    return sealed_files.same(theirs, size, lines.columns) is not None


def show(connection: Connection, table: Table, query: str) -> None:
    """Make the view of a table."""
    connection.execute(f"CREATE OR REPLACE VIEW {quoted(table.name)} AS {query}")


def growing(found: Updated, table: Recorded) -> list[Part]:
    """Return the files of a table that grow and hold anything."""
    return [
        Part(table, one.run, str(records.form_of(one.path)))
        for one in found.growing
        if one.table is table and one.size
    ]


def sealed(bench: Bench, found: Updated, table: Recorded) -> list[Part]:
    """Return the Parquet files of a table; of what was closed once and grows again, the lines count."""
    grow = {place(one) for one in found.growing if one.table is table}
    folder, parts = bench.paths.store / table.name, []
    for run in sorted(folder.iterdir()) if folder.is_dir() else ():
        for key, theirs in parquet.present(run).items():
            if (run.name, key) not in grow:
                whose = "" if run.name == NO_RUNS_FOLDER else run.name
                parts.append(Part(table, whose, str(run / theirs[-1].name)))
    return parts


def place(one: Segment | Worked) -> tuple[str, str]:
    """Say in which folder of its table the Parquet file of a source is, and by which key."""
    return one.run or NO_RUNS_FOLDER, sealed_files.key(one.key)


def whole(bench: Bench, found: Updated, table: Recorded) -> str:
    """Return the query for a table."""
    there = [one.file for one in sealed(bench, found, table)]
    mixed = any(f".{table.fingerprint}." not in one for one in there)
    grown: dict[str, list[str]] = {}
    for one in growing(found, table):
        grown.setdefault(one.run, []).append(one.file)
    return view(table, there, grown, mixed=mixed)


def publish(bench: Bench, found: Updated) -> None:
    """Put the views in the place of those that were there."""
    target = bench.paths.store_views
    temporary = files.temporary_of(target)
    try:
        with database.opened(bench.paths.store / "scratch", temporary) as connection:
            for table in catalogue.RECORDED:
                show(connection, table, whole(bench, found, table))
            for one in (*catalogue.VIEWS, books(bench, found)):
                show(connection, one, one.query)
            connection.execute("CHECKPOINT")
        temporary.rename(target)
    finally:
        for left in (temporary, temporary.with_name(temporary.name + ".wal")):
            left.unlink(missing_ok=True)


def books(bench: Bench, found: Updated) -> View:
    """Return the view of all files that tables are made of."""
    parts = [one for table in catalogue.RECORDED for one in sealed(bench, found, table)]
    return bookkeeping.sources(parts, [one for table in catalogue.RECORDED for one in growing(found, table)])
