"""The whole bench at a glance, without importing anything slow."""

from __future__ import annotations

from typing import Any

import click

from nab.actions.bench import Bench
from nab.core import times
from nab.core.errors import NabError
from nab.core.facts import Tick
from nab.core.runs import Run, RunState
from nab.core.standings import Standings
from nab.core.tables import table
from nab.edges import clock, engine

ROUNDS_SHOWN = 5
LATE_SECONDS = 15 * 60


def status(bench: Bench) -> dict[str, Any]:
    """Gather what is going on, as plain values."""
    events = bench.log.events()
    standings = bench.standings()
    ticks = [event for event in events if event.kind == str(Tick.__struct_config__.tag)]
    return {
        "as_of": standings.as_of,
        "upto_seq": standings.upto_seq,
        "boxes": boxes_now(bench),
        "runs": [run_line(bench, run) for run in standings.runs.values()],
        "enrolled": {name: one.enrolled.model for name, one in sorted(standings.enrolments.items())},
        "rounds": rounds(standings),
        "newest_tick": ticks[-1].known if ticks else None,
    }


def boxes_now(bench: Bench) -> list[dict[str, str]] | None:
    """List our running boxes; None when the engine cannot be asked, which is not "none"."""
    try:
        return [
            {
                "name": box["Names"][0].lstrip("/"),
                "run": box["Labels"].get("nab.run", ""),
                "status": box["Status"],
            }
            for box in engine.running_boxes(f"nab.state={bench.paths.root}")
        ]
    except NabError:
        return None


def run_line(bench: Bench, run: Run) -> dict[str, Any]:
    """Tell where a run stands, and whether anybody cares for it."""
    if run.ended:
        return {"run": run.name, "state": run.ended.ending.value, "note": run.ended.reason}
    since = run.started_at or run.intended_at
    minutes = (clock.now() - times.parse(since)).total_seconds() / 60
    cared = "" if bench.attended(run.name) else "; nobody cares for it: the next tick or make run adopts it"
    budget = run.intended.budget_seconds / 60
    return {
        "run": run.name,
        "state": run.state.value,
        "note": f"{minutes:.0f} of {budget:.0f} minutes{cared}",
    }


def rounds(standings: Standings) -> list[dict[str, str]]:
    """Return the newest rounds' rows, newest first."""
    newest = sorted(standings.rounds, reverse=True)[:ROUNDS_SHOWN]
    return [
        {
            "round": str(row.round.number),
            "entrant": row.entrant,
            "outcome": row.outcome.words,
            "note": row.outcome.reason,
        }
        for row in reversed(standings.rows)
        if row.round.number in newest
    ]


def show(found: dict[str, Any]) -> str:
    """Write the status for a person."""
    parts = []
    match found["boxes"]:
        case None:
            parts.append("boxes: the Docker engine cannot be asked (make doctor)")
        case []:
            parts.append("boxes: none is running")
        case running:
            parts.append(
                table(("box", "run", "for"), [(box["name"], box["run"], box["status"]) for box in running])
            )
    unfinished = [run for run in found["runs"] if run["state"] in set(RunState)]
    shown = unfinished or found["runs"][-3:]
    if shown:
        parts.append(table(("run", "state", ""), [(run["run"], run["state"], run["note"]) for run in shown]))
    else:
        parts.append("runs: none yet (make demo shows one; make run AGENT=baseline LEVEL=L3 starts one)")
    if found["rounds"]:
        cells = [(row["round"], row["entrant"], row["outcome"], row["note"]) for row in found["rounds"]]
        parts.append(table(("round", "entrant", "outcome", ""), cells))
    if found["enrolled"]:
        parts.append(watcher(found["newest_tick"]))
    parts.append(
        f"log: {found['upto_seq']} events" + (f", the newest at {found['as_of']}" if found["as_of"] else "")
    )
    return "\n\n".join(parts)


def watcher(newest: str | None) -> str:
    """Say when the window was looked at last, loudly when that is long ago."""
    if newest is None:
        return "watcher: has never looked (make watch)"
    seconds = (clock.now() - times.parse(newest)).total_seconds()
    late = "  <-- late: is nab-watch.timer running?" if seconds > LATE_SECONDS else ""
    return f"watcher: looked {seconds / 60:.0f} minutes ago{late}"


def echo(found: dict[str, Any]) -> None:
    """Print it."""
    click.echo(show(found))
