"""The results, for a terminal."""

from __future__ import annotations

from msgspec import structs

from nab.actions.bench import Bench
from nab.actions.claims import answers
from nab.core.overview.overview import NOT_OWED, Row
from nab.core.overview.round_summaries import RowSummary, loud
from nab.core.overview.round_summaries import outcome as summary
from nab.core.scores.metrics import LEADING, SHOWN
from nab.core.scores.scores import Score
from nab.core.text.tables import Report, Table

WHAT_IT_SAYS = (
    "band: holds at all rounds at once, and is no verdict; rank: within its family, a range where the scores tell no "
    "order; make claim ID= explains a claim"
)
COLUMNS = ("round", "entrant", "outcome", *(one.title for one in SHOWN), "percentile", "day", "cause")


def results(bench: Bench) -> Report:
    """Return the table of every entrant's rounds; a score that is not final has its day's number."""
    standings = bench.standings()
    if not standings.rows:
        return ["no rounds yet: an entrant is owed rounds from the one that opens after its enrolment"]
    cells = [
        (number, entrant, loud(outcome), *rest)
        for number, entrant, outcome, *rest in map(line, standings.rows)
    ]
    beside = answers.standing(bench)
    all_owed = all(row.owed for row in standings.rows)
    legend = (
        f"percentile: of {LEADING.title} among all models of the round; "
        f"day: the scoring day, {LEADING.horizon} is final"
        + ("" if all_owed else f"\n{NOT_OWED}: the entrant was not enrolled when the round opened")
    )
    return [Table(COLUMNS, cells), legend, *([beside, WHAT_IT_SAYS] if beside else [])]


def told(bench: Bench) -> list[RowSummary]:
    """Return every entrant's rounds, for programs."""
    return [
        RowSummary(**structs.asdict(summary(row)) | {"round": row.round.number, "entrant": row.entrant})
        for row in bench.standings().rows
    ]


def line(row: Row) -> tuple[str, ...]:
    """Return the cells of a row, as text."""
    leading = row.scores.get(LEADING.name)
    cause = f"{row.outcome.cause.value}: {row.outcome.reason}" if row.outcome.cause else ""
    day = str(leading.day) if leading else ""
    return (
        str(row.round.number),
        row.entrant,
        row.words,
        *(value(row.scores.get(one.name)) for one in SHOWN),
        percentile(leading),
        day,
        cause,
    )


def value(score: Score | None) -> str:
    """Write a score with its sign and four digits."""
    return "" if score is None or score.value is None else f"{score.value:+.4f}"


def percentile(score: Score | None) -> str:
    """Write a share from 0 to 1 as a whole percentile."""
    return "" if score is None or score.percentile is None else f"{100 * score.percentile:.0f}"
