"""Look at everything that a run relies on, and say what is not well and what to do about it."""

from __future__ import annotations

import json
import os
from pathlib import Path

from nab.actions import capacities
from nab.actions.bench import Bench
from nab.actions.boxes import client_check, image_state
from nab.actions.boxes.images import BASE, of_entrants, user_of
from nab.actions.disks import preflight, run_disks
from nab.actions.health.doctor import keys, log, sync
from nab.config import Config
from nab.core.claims import families
from nab.core.contract import result
from nab.core.errors import NabError
from nab.core.health import alarm_ways, checks
from nab.core.health.checks import Check, CheckVerdict
from nab.core.scores.metrics import OBJECTIVES
from nab.edges.docker import engine
from nab.edges.files import state_folder
from nab.edges.host import loop_disks, machine
from nab.edges.kernel import gpus
from nab.edges.net import notifier, reach, sockets
from nab.edges.numerai import api
from nab.edges.secrets.keys import file_of


def look(config: Config) -> list[Check]:
    """Check everything; nothing is changed."""
    return [
        checks.python(machine.python_version()),
        environment(config.repository),
        permission(),
        running_engine(),
        images(config),
        clients(config),
        *room(config),
        box(config),
        graphics(config.settings.limits.gpu),
        *keys.look(config),
        tournament(config),
        contract(config),
        *models(config),
        *sync.look(config),
        state(config.paths.root),
        *log.look(config),
        claims(config),
        alarms(config),
        checks.clock(machine.clock_is_synchronised()),
    ]


def environment(repository: Path) -> Check:
    """Look whether this runs in the repository's own environment."""
    folder = machine.environment_folder()
    if folder is None:
        return Check("venv", CheckVerdict.WARN, "none: the machine's own Python is used", "make install")
    if not (folder / ".ready").exists():
        return Check(
            "venv", CheckVerdict.WARN, f"{folder} was not made by bootstrap.sh", "scripts/bootstrap.sh"
        )
    inside = folder.is_relative_to(repository)
    return Check("venv", CheckVerdict.OK, str(folder.relative_to(repository) if inside else folder))


def permission() -> Check:
    """Look whether we may talk to the engine."""
    socket = Path(engine.socket_path())
    if not engine.address().startswith("unix://") or not socket.exists():
        return Check("permission", CheckVerdict.OK, f"nothing to ask for at {engine.address()}")
    if not os.access(socket, os.R_OK | os.W_OK):
        return Check("permission", CheckVerdict.FAIL, f"we may not use {socket}", engine.JOIN_GROUP)
    return Check("permission", CheckVerdict.OK, f"we may use {socket}")


def running_engine() -> Check:
    """Ask the engine for its version."""
    try:
        return checks.engine_version(engine.version())
    except engine.EngineSlow as error:
        return Check("engine", CheckVerdict.WARN, error.message, error.hint)
    except NabError as error:
        return Check("engine", CheckVerdict.FAIL, error.message, error.hint)


def images(config: Config) -> Check:
    """Ask the engine for every image that the entrants need."""
    try:
        found = image_state.look(config)
    except NabError as error:
        return Check("images", CheckVerdict.WARN, f"cannot be looked at: {error.message}", error.hint)
    try:
        if BASE not in found.missing:
            user_of(engine.connect(), BASE)
    except NabError as error:
        return Check("images", CheckVerdict.FAIL, error.message, error.hint)
    return checks.images(found.missing, found.stale, len(found.expected))


def clients(config: Config) -> Check:
    """Look for which entrants' images there is a proof that their clients trust the proxy; none is tried."""
    bench = Bench(config, "doctor")
    try:
        proved = {spec.name: client_check.is_proved(bench, spec.image) for spec in of_entrants(config)}
    except NabError as error:
        return Check("clients", CheckVerdict.WARN, f"cannot be looked at: {error.message}", error.hint)
    untried = [name for name, is_so in proved.items() if not is_so]
    return checks.clients([name for name, is_so in proved.items() if is_so], untried, str(bench.paths.proofs))


def room(config: Config) -> list[Check]:
    """Look at the disks that runs rely on, and at what keeps their agents from filling them."""
    bench = Bench(config, "doctor")
    found = preflight.look(bench)
    grows = run_disks.may_grow(bench)
    return [
        *(checks.disk(one, preflight.least_bytes(bench)) for one in found),
        checks.workspaces(loop_disks.why_not(config.paths.root), grows, found[0].free_bytes),
    ]


def box(config: Config) -> Check:
    """Look at what a box gets of this machine's CPUs and memory."""
    slots = len(config.settings.slot_names)
    return checks.box(capacities.asked(config), capacities.promised(config), machine.capacity(), slots)


def graphics(wanted: bool) -> Check:
    """Look for GPUs and, if boxes are to have them, for the engine's way to hand them over."""
    count = len(gpus.look())
    if not (wanted and count):
        return checks.gpu(count, wanted)
    try:
        runtimes = engine.connect().info().get("Runtimes") or {}
    except NabError as error:
        return Check("gpu", CheckVerdict.WARN, f"{count} found; the engine cannot be asked", error.hint)
    return checks.gpu(count, wanted, "nvidia" in runtimes)


def tournament(config: Config) -> Check:
    """Look whether the tournament that nab.toml names answers."""
    settings = config.settings.tournament
    if settings.kind == "live":
        return checks.live_tournament(api.LIVE, reach.skew_of(api.LIVE))
    for_boxes = sockets.answers(config.paths.tournament / "api.sock")
    return checks.local_tournament(settings.local_port, reach.port_answers(settings.local_port), for_boxes)


def contract(config: Config) -> Check:
    """Tell what came of the last comparison of Numerai's API with what is expected of it; nothing is asked."""
    try:
        last = result.read(config.paths.contract.read_bytes())
    except OSError:
        last = None
    return result.check(last, api.address(config), is_live=config.settings.tournament.kind == "live")


def models(config: Config) -> list[Check]:
    """Look whether the scripted models answer, where they are played."""
    if config.settings.models.kind == "live":
        return []
    socket = config.paths.models / "api.sock"
    return [checks.scripted_models(str(socket), sockets.answers(socket))]


def state(root: Path) -> Check:
    """Try what the event log relies on: locks, replacing, syncing."""
    try:
        unwise = state_folder.self_test(root)
    except NabError as error:
        return Check("state", CheckVerdict.FAIL, error.message, error.hint)
    if unwise:
        return Check("state", CheckVerdict.WARN, "; ".join(unwise), "put the state on a local disk")
    return Check("state", CheckVerdict.OK, f"{root} keeps locks and syncs")


def claims(config: Config) -> Check:
    """Look which enrolled runs are in no family of claims."""
    bench = Bench(config, "doctor", recent=True)
    metric = OBJECTIVES[config.settings.objective.metric]
    if not metric.tested:
        said = f"none by {metric.title}: of it there are intervals and no verdicts"
        return Check("claims", CheckVerdict.OK, said)
    try:
        known, enrolled = families.families(bench.log.events()), bench.standings().enrolments
        following = max(bench.rounds(), default=0) + 1
    except NabError as error:
        return Check("claims", CheckVerdict.WARN, f"cannot be looked at: {error.message}", error.hint)
    outside = families.in_none(known, enrolled, following)
    newcomers = families.newcomers(known, enrolled, following)
    several = {run for runs in families.of_level(enrolled).values() if len(runs) > 1 for run in runs}
    rest = [run for run in outside if run not in newcomers]
    return checks.claims(
        [*newcomers], [run for run in rest if run in several], [run for run in rest if run not in several]
    )


def alarms(config: Config) -> Check:
    """Look whether the settings name a person to tell of alarms; nothing is sent."""
    try:
        ways = alarm_ways.ways(notifier.settings(config))
    except NabError as error:
        return Check("alarms", CheckVerdict.WARN, error.message, error.hint)
    return checks.alarms(str(file_of(config, notifier.FILE)), [way.name for way in ways])


def as_json(found: list[Check]) -> str:
    """Write the findings for programs."""
    rows = [vars(check) for check in found]
    return json.dumps({"fit": checks.is_fit(found), "checks": rows}, indent=1)


def as_table(found: list[Check]) -> str:
    """Write the findings for people."""
    lines = []
    for check in found:
        lines.append(f"{check.verdict.value:5} {check.name:11} {check.finding}")
        if check.remedy and check.verdict is not CheckVerdict.OK:
            lines.append(f"{'':17} -> {check.remedy}")
    return "\n".join(lines)
