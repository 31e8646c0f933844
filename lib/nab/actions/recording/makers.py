"""Put on record which harness is at work and on which machine, wherever that is not as it was last told."""

from __future__ import annotations

import hashlib
import platform

from nab import __version__
from nab.actions.bench import Bench
from nab.core.errors import NabError
from nab.core.facts import HarnessSeen, MachineSeen
from nab.core.runs import makers
from nab.edges.docker import engine
from nab.edges.git import checkouts
from nab.edges.host import hardware, machine

LOCK = "requirements.lock"


def note(bench: Bench) -> None:
    """Append what is new; most looks append nothing."""
    known = makers.newest(bench.log.events())
    harness = harness_here(bench)
    if harness and harness != known.harness:
        bench.log.append(harness)
    here = makers.complete(machine_here(), known.machine)
    if here != known.machine:
        bench.log.append(here)


def harness_here(bench: Bench) -> HarnessSeen | None:
    """Return which harness this is; None where it has a checkout that git does not tell of."""
    root = bench.config.repository
    found = checkouts.commit(root)
    if found is None:
        return None
    lock = root / LOCK
    digest = hashlib.sha256(lock.read_bytes()).hexdigest() if lock.is_file() else ""
    return HarnessSeen(
        version=__version__,
        commit=found[0],
        dirty=found[1],
        lock_sha256=digest,
        python=platform.python_version(),
    )


def machine_here() -> MachineSeen:
    """Return which machine this is."""
    gpus, driver = hardware.nvidia()
    return MachineSeen(
        cpu=hardware.cpu(),
        cores=hardware.cores(),
        memory_gib=machine.capacity().memory_gib,
        gpus=gpus,
        driver=driver,
        kernel=hardware.kernel(),
        system=hardware.system(),
        engine=engine_here(),
        cgroups=hardware.cgroups(),
    )


def engine_here() -> str:
    """Return the engine's version; nothing where it does not answer."""
    try:
        return engine.version()
    except NabError:
        return ""
