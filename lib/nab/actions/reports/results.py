"""The results, for a terminal and as the first page of the site."""

from __future__ import annotations

from pathlib import Path

from msgspec import structs

from nab.actions.bench import Bench
from nab.actions.claims import answers
from nab.core.outcomes.outcomes import Status
from nab.core.overview.overview import NOT_OWED, Row, Standings
from nab.core.overview.round_summaries import RowSummary, loud
from nab.core.overview.round_summaries import outcome as summary
from nab.core.recording.calls import lines
from nab.core.runs.runs import Run
from nab.core.scores.metrics import LEADING, OBJECTIVES, SHOWN
from nab.core.scores.scores import Score
from nab.core.text.tables import Report, Table
from nab.core.usage import costs
from nab.edges.files import files, records
from nab.edges.git import repository
from nab.site import page

NUMBERS = (*(one.title for one in SHOWN), "percentile", "day")
WHAT_IT_SAYS = (
    "band: holds at all rounds at once, and is no verdict; rank: within its family, a range where the scores tell no "
    "order; make claim ID= explains a claim"
)
COLUMNS = ("round", "entrant", "outcome", *NUMBERS, "cause")


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


def write(bench: Bench) -> Path:
    """Write site/index.html and return where it is."""
    standings = bench.standings()
    target = bench.paths.site / "index.html"
    files.replace_bytes(target, page.render(view(bench, standings)).encode())
    return target


def view(bench: Bench, standings: Standings) -> page.View:
    """Gather what the page shows."""
    return page.View(
        as_of=standings.as_of,
        seq=standings.upto_seq,
        local=bench.config.settings.tournament.kind == "local",
        objective=OBJECTIVES[bench.config.settings.objective.metric].title,
        metrics=tuple(one.title for one in SHOWN),
        leading=LEADING.title,
        last_day=LEADING.horizon,
        leaders=leaders(standings),
        columns=COLUMNS,
        numbers=NUMBERS,
        rows=[line(row) for row in reversed(standings.rows)],
        runs=[run_cells(bench, name, standings) for name in standings.runs],
    )


def leaders(standings: Standings) -> list[page.Leader]:
    """Average the final scores of each entrant, best first. No order is claimed: a few rounds say nothing.

    Rounds that were not owed are told apart and count in no mean: nobody could have missed them.
    """
    found = []
    for entrant in dict.fromkeys([*standings.enrolments, *(row.entrant for row in standings.rows)]):
        settled = [row for row in standings.rows if row.entrant == entrant and row.outcome.settled]
        owed = [row for row in settled if row.owed]
        final = [row for row in standings.rows if row.entrant == entrant and row.owed and row.resolved]
        means = {
            one.title: mean([row.scores[one.name] for row in final if one.name in row.scores])
            for one in SHOWN
        }
        found.append(
            page.Leader(
                entrant=entrant,
                submitted=sum(row.outcome.status is Status.VERIFIED for row in owed),
                owed=len(owed),
                unowed=sum(row.outcome.status is Status.VERIFIED for row in settled if not row.owed),
                resolved=len(final),
                means=means,
            )
        )
    return sorted(found, key=by_the_leading_mean, reverse=True)


def by_the_leading_mean(leader: page.Leader) -> float:
    """Place who has no score last."""
    found = leader.means[LEADING.title]
    return float("-inf") if found is None else found


def mean(found: list[Score]) -> float | None:
    """Average what has a value; None if nothing has."""
    values = [score.value for score in found if score.value is not None]
    return sum(values) / len(values) if values else None


def run_cells(bench: Bench, name: str, standings: Standings) -> tuple[str, ...]:
    """Tell a run in a row: how it ended and how much was recorded of it."""
    run, paths = standings.runs[name], bench.run(name)
    ended = f"{run.ended.ending.value}: {run.ended.reason}" if run.ended else run.state.value
    return (
        name,
        ended,
        str(calls_of(paths.http)),
        str(repository.commits(paths.history)),
        str(lines_of(paths.resources)),
        str(len(run.sessions) or ""),
        cost(run),
    )


def cost(run: Run) -> str:
    """Say what a coding agent's models cost; scripted ones cost nothing, and have their price all the same."""
    if not run.usage:
        return ""
    scripted = " of scripted tokens" if run.intended.scripted else ""
    return costs.fold((run.name, usage) for usage in run.usage).cost + scripted


def calls_of(path: Path) -> int:
    """Count the calls of a record: its other lines tell of the proxy, or of a call's beginning."""
    return sum(lines.DONE.matches(line) for line in records.lines(path))


def lines_of(path: Path) -> int:
    """Count the whole lines of a record."""
    return sum(1 for _ in records.lines(path))
