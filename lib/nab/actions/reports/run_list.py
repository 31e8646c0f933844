"""All runs in a table, newest last, from the log alone."""

from __future__ import annotations

from typing import Any

from nab.actions.bench import Bench
from nab.actions.turns.scheduler import present
from nab.core.runs.runs import Run
from nab.core.text import durations, printable
from nab.core.text.tables import table
from nab.core.turns.ledger import ledger
from nab.core.usage import costs

TITLES = ("run", "level", "state", "sessions", "active", "cost", "end")


def told(bench: Bench) -> list[dict[str, Any]]:
    """Gather the runs as plain values; `active_seconds` is what the compute ledger counts."""
    events = bench.log.events()
    book, now = ledger(events), present()
    at = book.time.of(now)
    return [
        row(run, book.accounts[name].counted(book.outages, at)[0])
        for name, run in bench.runs().items()
        if name in book.accounts
    ]


def row(run: Run, active: float) -> dict[str, Any]:
    """Tell a run in a line."""
    used = costs.fold((run.name, usage) for usage in run.usage)
    return {
        "run": run.name,
        "entrant": run.entrant,
        "level": run.intended.level.value,
        "state": run.state.value,
        "sessions": len(run.sessions),
        "active_seconds": active,
        "cost": used.cost if run.intended.llm else "-",
        "usd": float(used.usd) if used.priced else None,
        "scripted": run.intended.scripted,
        "ending": run.ended.ending.value if run.ended else None,
        "cause": run.ended.cause.value if run.ended else None,
        "reason": run.ended.reason if run.ended else None,
    }


def show(found: list[dict[str, Any]]) -> str:
    """Write the table for a person."""
    if not found:
        return "no run yet (make run AGENT=baseline LEVEL=L3 starts one)"
    return table(TITLES, [cells(one) for one in found])


def cells(one: dict[str, Any]) -> tuple[str, ...]:
    """Write a run's line."""
    end = f"{one['ending']}: {printable.line(one['reason'], 80)}" if one["ending"] else ""
    return (
        one["run"],
        one["level"],
        one["state"],
        str(one["sessions"]) if one["sessions"] else "-",
        durations.text(one["active_seconds"]),
        f"{one['cost']} (scripted)" if one["scripted"] else one["cost"],
        end,
    )
