"""The whole bench at a glance, without importing anything slow."""

from __future__ import annotations

from typing import Any

from nab.actions import left_behind, sync_lag
from nab.actions.bench import Bench
from nab.core import times
from nab.core.errors import NabError
from nab.core.tables import table
from nab.edges import clock, engine, files

LATE_SECONDS = 15 * 60
NOTHING = {"upto_seq": 0, "as_of": "", "newest_tick": None, "enrolled": {}, "runs": [], "rounds": []}


def status(bench: Bench) -> dict[str, Any]:
    """Gather what is going on, as plain values: the overview that was last published, and what runs now."""
    path = bench.paths.overview
    found: dict[str, Any] = files.read_json(path, dict) if path.exists() else dict(NOTHING)
    found["boxes"] = boxes_now(bench)
    found["log_seq"] = bench.log.last_seq
    found["sync"] = sync_lag.shown(bench)
    for run in found["runs"]:
        run["attended"] = bench.attended(run["run"])
        run["goes_on"] = "" if run["ended"] else left_behind.shown(bench.run(run["run"]))
    return found


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


def run_cells(run: dict[str, Any]) -> tuple[str, str, str]:
    """Tell where a run stands, and whether anybody cares for it."""
    if run["ended"]:
        return run["run"], run["ended"]["ending"], run["ended"]["reason"] + left(run) + cost(run) + seen(run)
    minutes = (clock.now() - times.parse(run["started"] or run["intended"])).total_seconds() / 60
    budget = run["made_of"]["budget_seconds"]
    limit = f"{minutes:.0f} of {budget / 60:.0f} minutes" if budget else f"{minutes:.0f} minutes"
    cared = "" if run["attended"] else "; nobody cares for it: the next tick or make run adopts it"
    return run["run"], run["state"], f"{limit}{session(run)}{behind(run)}{cost(run)}{seen(run)}{cared}"


def left(run: dict[str, Any]) -> str:
    """Tell of a submit.sh that will not do."""
    script = run.get("submit_script")
    return f"; submit.sh: {script['verdict']}" if script and script["verdict"] != "ready" else ""


def cost(run: dict[str, Any]) -> str:
    """Tell what a coding agent has cost so far."""
    used = run.get("used")
    scripted = " of scripted tokens" if run["made_of"]["scripted"] else ""
    return f"; {used['cost']}{scripted}" if used and used["models"] else ""


def session(run: dict[str, Any]) -> str:
    """Tell of the newest session of a coding agent: that it goes on, or how it ended."""
    if not run.get("sessions"):
        return ""
    newest = run["sessions"][-1]
    if newest["ended"] is None:
        return f"; {newest['session']}"
    again = newest["ended"]["retry_at"]
    waits = f", worth trying again from {again}" if again else ""
    return f"; {newest['session']} ended: {newest['ended']['ending']}{waits}"


def behind(run: dict[str, Any]) -> str:
    """Tell of what goes on although its session has ended."""
    return f"; {run['goes_on']}" if run.get("goes_on") else ""


def seen(run: dict[str, Any]) -> str:
    """Tell of the gaps in what was recorded, and of calls that the proxy refused."""
    gaps, denied = run.get("gaps", ()), run.get("calls_denied", 0)
    told = [f"no {gap['witness']} from {gap['began']} to {gap['ended']}" for gap in gaps[-1:]]
    more = [f"{len(gaps) - 1} more gaps"] if len(gaps) > 1 else []
    refused = [f"{denied} calls refused"] if denied else []
    return "".join(f"; {part}" for part in told + more + refused)


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
    if found["runs"]:
        parts.append(table(("run", "state", ""), [run_cells(run) for run in found["runs"]]))
    else:
        parts.append("runs: none yet (make demo shows one; make run AGENT=baseline LEVEL=L3 starts one)")
    if found["rounds"]:
        cells = [
            (str(row["round"]), row["entrant"], row["outcome"], row["reason"]) for row in found["rounds"]
        ]
        parts.append(table(("round", "entrant", "outcome", ""), cells))
    if found["enrolled"]:
        parts.append(watcher(found["newest_tick"]))
    parts += [*synced(found), log_line(found)]
    return "\n\n".join(parts)


def synced(found: dict[str, Any]) -> list[str]:
    """Say how far the copy at the git remote is, where there is one."""
    return [found["sync"]["words"]] if found["sync"]["on"] else []


def log_line(found: dict[str, Any]) -> str:
    """Say how long the log is, and what of it is not shown yet."""
    newer = found["log_seq"] - found["upto_seq"]
    behind = f"; {newer} newer events are not shown yet (make verify shows them)" if newer else ""
    return (
        f"log: {found['log_seq']} events"
        + (f", shown as of {found['as_of']}" if found["as_of"] else "")
        + behind
    )


def watcher(newest: str | None) -> str:
    """Say when the window was looked at last, loudly when that is long ago."""
    if newest is None:
        return "watcher: has never looked (make tick)"
    seconds = (clock.now() - times.parse(newest)).total_seconds()
    late = "  <-- late: is nab-watch.timer running?" if seconds > LATE_SECONDS else ""
    return f"watcher: looked {seconds / 60:.0f} minutes ago{late}"
