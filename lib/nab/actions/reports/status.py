"""The whole bench at a glance, without importing anything slow."""

from __future__ import annotations

from typing import Any

from nab.actions.bench import Bench
from nab.actions.disks import preflight, watch
from nab.actions.recording import last_activity
from nab.actions.recording.processes import leftovers
from nab.actions.upkeep.sync import lag
from nab.core.errors import NabError
from nab.core.runs import deadlines
from nab.core.runs.next_session import MOST_IN_VAIN
from nab.core.runs.runs import RunState
from nab.core.text import times
from nab.core.text.tables import table
from nab.core.upkeep import disks
from nab.core.upkeep.disks import Room
from nab.edges import clock
from nab.edges.docker import engine
from nab.edges.files import files

LATE_SECONDS = 15 * 60
SHOWN_FROM = 0.8  # of what a run's disk may hold
NOTHING = {"upto_seq": 0, "as_of": "", "newest_tick": None, "enrolled": {}, "runs": [], "rounds": []}


def status(bench: Bench) -> dict[str, Any]:
    """Gather what is going on, as plain values: the overview that was last published, and what runs now."""
    path = bench.paths.overview
    found: dict[str, Any] = files.read_json(path, dict) if path.exists() else dict(NOTHING)
    found["boxes"] = boxes_now(bench)
    found["log_seq"] = bench.log.last_seq
    found["sync"] = lag.shown(bench)
    found["disks"] = [vars(disk) for disk in preflight.look(bench)]
    found["low"] = preflight.low(bench)
    found["alarms"] = alarms_told(bench)
    paused = {box["run"] for box in found["boxes"] or () if "(Paused)" in box["status"]}
    for run in found["runs"]:
        run["paused"] = run["run"] in paused
        run["attended"] = bench.attended(run["run"])
        run["disk"] = None if run["ended"] else watch.used(bench, run["run"])
        run["progress"] = progressed(bench, run)
        run["goes_on"] = "" if run["ended"] else leftovers.shown(bench.run(run["run"]))
    return found


def progressed(bench: Bench, run: dict[str, Any]) -> str | None:
    """Return when a run that works was last seen to get on; None for one that does not work now."""
    if run["state"] != RunState.RUNNING or run["paused"]:
        return None
    session = run["sessions"][-1]["session"] if run["sessions"] else ""
    last = last_activity.seen(bench.run(run["run"]), session)
    return times.text(last) if last else None


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


def alarms_told(bench: Bench) -> list[dict[str, str]]:
    """List the alarms that the dead-man has told and that are not over."""
    try:
        told = files.read_json(bench.paths.alarms, dict[str, dict[str, str]])
    except NabError:
        return []
    return [told[key] for key in sorted(told)]


def run_cells(run: dict[str, Any]) -> tuple[str, str, str]:
    """Tell where a run stands, and whether anybody cares for it."""
    if run["ended"]:
        return run["run"], run["ended"]["ending"], run["ended"]["reason"] + left(run) + cost(run) + seen(run)
    cared = "" if run["attended"] else "; nobody cares for it: the next tick or make run adopts it"
    return (
        run["run"],
        run["state"],
        f"{standing(run)}{late(run)}{behind(run)}{room(run)}{cost(run)}{seen(run)}{cared}",
    )


def standing(run: dict[str, Any]) -> str:
    """Tell what a run does now, or what it waits for."""
    if run["state"] == RunState.QUEUED:
        return f"waits for its turn since {run['since'][:19]}Z (make next)"
    if run["state"] == RunState.ORPHANED:
        lost = run["lost_boxes"][-1]
        return (
            f"{lost['reason']} ({lost['cause']}); its box is started again from {lost['again_at'][:19]}Z on"
        )
    minutes = (clock.now() - times.parse(run["started"] or run["intended"])).total_seconds() / 60
    budget = run["made_of"]["budget_seconds"]
    limit = f"{minutes:.0f} of {budget / 60:.0f} minutes" if budget else f"{minutes:.0f} minutes"
    return f"{limit}{session(run)}{'; paused until its turn (make next)' if run['paused'] else ''}"


def late(run: dict[str, Any]) -> str:
    """Tell of a run that has been in its state for too long, and of one whose program ends again and again."""
    again = run["lost_boxes"][-1]["again_at"] if run["lost_boxes"] else ""
    over = deadlines.overdue(RunState(run["state"]), run["since"], clock.now(), again)
    vain = run["in_vain"]
    stuck = last_activity.stuck(times.parse(run["progress"]) if run["progress"] else None, clock.now())
    often = f"{vain} sessions in a row ended without calling a tool" if vain >= MOST_IN_VAIN else ""
    return "".join(f"  <-- {what}" for what in (over, often, stuck) if what)


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


def room(run: dict[str, Any]) -> str:
    """Tell of a disk that fills."""
    used, limit = run.get("disk"), run["made_of"].get("disk_bytes")
    if not used or not limit:
        return ""
    limits = Room(limit, run["made_of"]["disk_files"])
    full = Room(used["bytes"], used["files"]).share_of(limits) >= SHOWN_FROM
    return f"; its disk holds {disks.taken(Room(used['bytes'], used['files']), limits)}" if full else ""


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
            (str(row["round"]), row["entrant"], row["outcome"], row["reason"] or row.get("corrected") or "")
            for row in found["rounds"]
        ]
        parts.append(table(("round", "entrant", "outcome", ""), cells))
    if found.get("alarms"):
        parts.append("\n".join(f"ALARM since {one['since']}: {one['text']}" for one in found["alarms"]))
    if found["enrolled"]:
        parts.append(watcher(found["newest_tick"]))
    parts += [*synced(found), log_line(found)]
    parts += [f"disk: {found['low']}  <-- low: make gc"] if found["low"] else []
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
