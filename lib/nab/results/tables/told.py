"""The columns that a table of events has, and the events that a table is made of."""

from __future__ import annotations

from nab.results.tables.columns import INSTANT, JSON, WHOLE, Column

LOG = "events/*.jsonl"
SEQ = Column("seq", "the event that tells it", WHOLE, "", "1840")
VALID = Column("valid", "when it happened", INSTANT, "UTC", "2026-05-16 12:00:00")
KNOWN = Column("known", "when we learned it", INSTANT, "UTC", "2026-05-16 12:04:00")
ENTRANT, ROUND, RUN = Column("entrant"), Column("round", type=WHOLE), Column("run")


def told(  # noqa: PLR0913 - what a column has
    name: str, says: str = "", type: str = "VARCHAR", unit: str = "", example: str = "", *, of: str = "data",
    private: bool = False,
) -> Column:  # fmt: skip
    """Return a column that is a key of a fact."""
    arrow = "->" if type == JSON else "->>"
    return Column(name, says, type, unit, example, f"({of} {arrow} '{name}')", private)


def of(kind: str) -> str:
    """Return the events of a kind."""
    return f"(SELECT * FROM events WHERE kind = '{kind}')"


def last(kind: str, key: str = "run") -> str:
    """Return the last event of a kind for each key: what it tells, and its number."""
    return (
        f"(SELECT {key}, max_by(data, seq) AS data, max(seq) AS seq, max_by(known, seq) AS known"
        f" FROM events WHERE kind = '{kind}' GROUP BY ALL)"
    )
