"""Look at everything that a run relies on, and say what is not well and what to do about it."""

from __future__ import annotations

import json
import os
from pathlib import Path

from nab import agents
from nab.config import Config
from nab.core import checks
from nab.core.checks import Check, Verdict
from nab.core.errors import NabError
from nab.edges import engine, gpus, keys, machine, state_folder

SHARED_IMAGES = ("nab/base", "nab/proxy")


def look(config: Config) -> list[Check]:
    """Check everything; nothing is changed."""
    return [
        checks.python(machine.python_version()),
        environment(config.repository),
        permission(),
        running_engine(),
        images(config),
        checks.disk(machine.free_gib(config.paths.root)),
        checks.gpu(len(gpus.look()), config.settings.limits.gpu),
        key(config),
        state(config.paths.root),
        checks.clock(machine.clock_is_synchronised()),
    ]


def environment(repository: Path) -> Check:
    """Look whether this runs in the repository's own environment."""
    folder = machine.environment_folder()
    if folder is None:
        return Check("venv", Verdict.WARN, "none: the machine's own Python is used", "make install")
    if not (folder / ".ready").exists():
        return Check("venv", Verdict.WARN, f"{folder} was not made by bootstrap.sh", "scripts/bootstrap.sh")
    inside = folder.is_relative_to(repository)
    return Check("venv", Verdict.OK, str(folder.relative_to(repository) if inside else folder))


def permission() -> Check:
    """Look whether we may talk to the engine."""
    socket = Path(engine.socket_path())
    if not engine.address().startswith("unix://") or not socket.exists():
        return Check("permission", Verdict.OK, f"nothing to ask for at {engine.address()}")
    if not os.access(socket, os.R_OK | os.W_OK):
        return Check("permission", Verdict.FAIL, f"we may not use {socket}", engine.JOIN_GROUP)
    return Check("permission", Verdict.OK, f"we may use {socket}")


def running_engine() -> Check:
    """Ask the engine for its version."""
    try:
        return checks.engine_version(engine.version())
    except NabError as error:
        return Check("engine", Verdict.FAIL, error.message, error.hint)


def images(config: Config) -> Check:
    """Ask the engine for every image that the agents need."""
    specs = agents.agents(config.images)
    parents = {f"nab/{spec.parent}" for spec in specs}
    expected = sorted({*SHARED_IMAGES, *parents, *(spec.image for spec in specs)})
    return checks.images([name for name in expected if not engine.has_image(name)], len(expected))


def key(config: Config) -> Check:
    """Look at the keys, without asking anybody whether they are good."""
    kind, file = config.settings.tournament.kind, keys.key_file(config)
    if not file.exists():
        if kind == "local":
            return Check("key", Verdict.OK, "the local tournament makes it when it first starts")
        return Check(
            "key", Verdict.FAIL, f"no Numerai key at {file}", "docs/operations.md says how to make one"
        )
    try:
        others = sorted(set(keys.ring(config)) - {keys.NUMERAI})
    except NabError as error:
        return Check("key", Verdict.FAIL, error.message, error.hint)
    return Check("key", Verdict.OK, f"{kind}, at {file}" + (f"; also {', '.join(others)}" if others else ""))


def state(root: Path) -> Check:
    """Try what the event log relies on: locks, replacing, syncing."""
    try:
        unwise = state_folder.self_test(root)
    except NabError as error:
        return Check("state", Verdict.FAIL, error.message, error.hint)
    if unwise:
        return Check("state", Verdict.WARN, "; ".join(unwise), "put the state on a local disk")
    return Check("state", Verdict.OK, f"{root} keeps locks and syncs")


def as_json(found: list[Check]) -> str:
    """Write the findings for programs."""
    rows = [vars(check) for check in found]
    return json.dumps({"fit": checks.is_fit(found), "checks": rows}, indent=1)


def as_table(found: list[Check]) -> str:
    """Write the findings for people."""
    lines = []
    for check in found:
        lines.append(f"{check.verdict.value:5} {check.name:11} {check.finding}")
        if check.remedy and check.verdict is not Verdict.OK:
            lines.append(f"{'':17} -> {check.remedy}")
    return "\n".join(lines)
