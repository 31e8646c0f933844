"""What the derived file of the whole bench says, and how derived files are written."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType, structs

from nab.core.overview import round_summaries, run_summaries
from nab.core.overview.compaction import NEWEST_RUNS
from nab.core.overview.overview import Row, Standings
from nab.core.overview.round_summaries import EntrantSummary, RoundSummary, RowSummary
from nab.core.overview.run_summaries import RunGlance, RunSummary
from nab.core.runs.states import RunState

SCHEMA = 1
ROUNDS_SHOWN = 5


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """The whole bench at a glance. Where nothing was published yet there is nothing in it."""

    schema: int | UnsetType = UNSET
    upto_seq: int = 0
    as_of: str = ""
    newest_tick: str | None = None
    enrolled: dict[str, str] = {}
    runs: tuple[RunGlance, ...] = ()
    rounds: tuple[RowSummary, ...] = ()


def overview(standings: Standings) -> Overview:
    """Tell the whole bench at a glance: make status reads this and not the log, however long that has grown."""
    newest = standings.numbers[-ROUNDS_SHOWN:]
    runs = list(standings.runs.values())
    shown = [one for one in runs[:-NEWEST_RUNS] if one.state is not RunState.ENDED] + runs[-NEWEST_RUNS:]
    return Overview(
        upto_seq=standings.upto_seq,
        as_of=standings.as_of,
        newest_tick=standings.newest_tick,
        enrolled={name: one.enrolled.model for name, one in sorted(standings.enrolments.items())},
        runs=tuple(map(run_summaries.glance, shown)),
        rounds=tuple(in_a_list(row) for row in reversed(standings.rows) if row.round.number in newest),
    )


def in_a_list(row: Row) -> RowSummary:
    """Tell an entrant's round in a list of several."""
    told = structs.asdict(round_summaries.outcome(row))
    return RowSummary(**told | {"round": row.round.number, "entrant": row.entrant})


def cells(row: RowSummary) -> tuple[str, str, str, str]:
    """Tell an entrant's round in a table of several."""
    return str(row.round), row.entrant, row.loud_words, row.reason or row.corrected or ""


def written(value: Overview | RunSummary | RoundSummary | EntrantSummary) -> bytes:
    """Write a derived value as indented JSON that carries its schema."""
    content = msgspec.json.encode(structs.replace(value, schema=SCHEMA))
    return msgspec.json.format(content, indent=2) + b"\n"
