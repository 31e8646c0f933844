"""All tables, in the order in which they are made: a question comes after what it asks."""

from __future__ import annotations

from nab.results.tables import of_models
from nab.results.tables.bookkeeping import SOURCES
from nab.results.tables.columns import Column, Recorded, Table, View
from nab.results.tables.of_rounds import OF_ROUNDS
from nab.results.tables.of_runs import OF_RUNS
from nab.results.tables.recorded import OF_LINES
from nab.results.tables.worked_out import OF_ROWS

RECORDED: tuple[Recorded, ...] = (*OF_LINES, *OF_ROWS, *of_models.OF_HISTORIES)
VIEWS: tuple[View, ...] = (*OF_RUNS, *OF_ROUNDS, *of_models.VIEWS)
TABLES: tuple[Table, ...] = (*RECORDED, *VIEWS, SOURCES)
NAMED = {one.name: one for one in TABLES}
NOT_PUBLISHED = {
    "events",  # as they were written, with whatever an error quoted
    "calls",  # requests and pages are made of it
    "alarms",  # words to the operator
}


def published(table: Table) -> tuple[Column, ...]:
    """Return the columns of a table that may leave this machine; none of one that may not."""
    return () if table.name in NOT_PUBLISHED else tuple(one for one in table.columns if not one.private)
