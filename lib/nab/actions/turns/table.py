"""The compute ledger, and whose turn comes next, for a terminal or a program. Nothing is written."""

from __future__ import annotations

from functools import reduce
from typing import Any

import msgspec

from nab.actions.bench import Bench
from nab.actions.turns.scheduler import present
from nab.core.facts import Counts
from nab.core.levels import Shares, shares
from nab.core.text import durations
from nab.core.text.tables import table
from nab.core.turns.decision import Decision
from nab.core.turns.ledger import Served, ledger
from nab.core.usage import costs
from nab.core.usage.token_sums import plus

TITLES = (
    "entrant",
    "level",
    "turns",
    "active",
    "lost",
    "in windows",
    "CPU",
    "GPU",
    "tokens",
    "cost",
    "standing",
)


def told(bench: Bench) -> dict[str, Any]:
    """Gather what everybody had, as plain values; times in seconds."""
    events = bench.log.events()
    book, moment = ledger(events), present()
    open_turns = [one for one in book.alive.values() if one.began is not None]
    return {
        "upto_seq": events[-1].seq if events else 0,
        "owed_seconds": book.still_owed(moment),
        "turns_now": [
            {"run": one.run, "entrant": one.entrant, "seconds": book.time.of(moment) - (one.began or 0.0)}
            for one in open_turns
        ],
        "entrants": [row(one) for one in book.rows(moment)],
    }


def row(one: Served) -> dict[str, Any]:
    """Tell what an entrant had."""
    counts = [used.counts for used in one.used.models]
    return {
        "entrant": one.entrant,
        "level": one.level.value,
        "sliced": shares(one.level) is Shares.SLICED,
        "turns": one.turns,
        "active_seconds": one.active,
        "lost_seconds": one.lost,
        "window_seconds": one.beside,
        "cpu_seconds": one.cpu,
        "gpu_seconds": one.gpu,
        "standing_seconds": one.standing,
        "tokens": sum(costs.total(count) for count in counts),
        "counts": msgspec.to_builtins(reduce(plus, counts, Counts())),
        "cost": one.used.cost,
        "usd": float(one.used.usd) if one.used.priced else None,
    }


def show(found: dict[str, Any]) -> str:
    """Write the ledger for a person."""
    if not found["entrants"]:
        return "nobody has had a turn yet (make run AGENT=baseline LEVEL=L3 starts a run)"
    parts = [table(TITLES, [cells(one) for one in found["entrants"]])]
    parts += [f"now: {one['run']}, for {durations.text(one['seconds'])}" for one in found["turns_now"]]
    if found["owed_seconds"] > 0:
        owed = durations.text(found["owed_seconds"])
        parts.append(f"the L4 agents are to have {owed} before another run has the machine to itself")
    return "\n\n".join(parts)


def cells(one: dict[str, Any]) -> tuple[str, ...]:
    """Write an entrant's line."""
    return (
        one["entrant"],
        one["level"],
        str(one["turns"]),
        durations.text(one["active_seconds"]),
        durations.text(one["lost_seconds"]),
        durations.text(one["window_seconds"]),
        durations.text(one["cpu_seconds"]),
        "-" if one["gpu_seconds"] is None else durations.text(one["gpu_seconds"]),
        f"{one['tokens']:,}",
        one["cost"],
        durations.text(one["standing_seconds"]) if one["sliced"] else "-",
    )


def next_told(decision: Decision) -> dict[str, Any]:
    """Tell a decision as plain values."""
    return {
        "holder": decision.holder,
        "because": decision.because,
        "awake": list(decision.awake),
        "together": decision.together,
        "look_again": decision.look_again.isoformat(),
    }


def next_shown(decision: Decision) -> str:
    """Write a decision for a person."""
    lines = [f"{decision.holder or 'nobody'}: {decision.because}"]
    if decision.together:
        lines.append(f"the window is open: awake are {', '.join(decision.awake)}")
    lines.append(f"this may change at {decision.look_again:%H:%M:%S} UTC")
    return "\n".join(lines)
