"""All runs in a table, newest last, from the log alone."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from nab.actions.bench import Bench
from nab.actions.turns.scheduler import present
from nab.core.runs.runs import Run
from nab.core.text import durations, printable
from nab.core.text.tables import Report, Table
from nab.core.turns.ledger import ledger
from nab.core.usage import costs

TITLES = ("run", "state", "sessions", "active", "cost", "end")  # a run's name ends in its level


class RunLine(msgspec.Struct, frozen=True, kw_only=True):
    """A run in a line; `active_seconds` is what the compute ledger counts."""

    run: str
    entrant: str
    level: str
    state: str
    sessions: int
    active_seconds: float
    cost: str
    usd: float | None
    scripted: bool
    ending: str | None
    cause: str | None
    reason: str | None


def told(bench: Bench) -> list[RunLine]:
    """Gather the runs."""
    events = bench.log.events()
    book, now = ledger(events), present()
    at = book.time.of(now)
    return [
        line(run, book.accounts[name].counted(book.outages, at)[0])
        for name, run in bench.runs().items()
        if name in book.accounts
    ]


def line(run: Run, active: float) -> RunLine:
    """Tell a run in a line."""
    used = costs.fold((run.name, usage) for usage in run.usage)
    return RunLine(
        run=run.name,
        entrant=run.entrant,
        level=run.intended.level.value,
        state=run.state.value,
        sessions=len(run.sessions),
        active_seconds=active,
        cost=used.cost if run.intended.llm else "-",
        usd=float(used.usd) if used.priced else None,
        scripted=run.intended.scripted,
        ending=run.ended.ending.value if run.ended else None,
        cause=run.ended.cause.value if run.ended else None,
        reason=run.ended.reason if run.ended else None,
    )


def show(found: Sequence[RunLine]) -> Report:
    """Write the table for a person."""
    if not found:
        return ["no run yet (make run AGENT=baseline LEVEL=L3 starts one)"]
    return [Table(TITLES, [cells(one) for one in found])]


def cells(one: RunLine) -> tuple[str, ...]:
    """Write a run's line."""
    return (
        one.run,
        one.state,
        str(one.sessions) if one.sessions else "-",
        durations.text(one.active_seconds),
        f"{one.cost} (scripted)" if one.scripted else one.cost,
        f"{one.ending}: {printable.line(one.reason or '', 80)}" if one.ending else "",
    )
