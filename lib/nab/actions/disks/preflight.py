"""Whether the disks that a run relies on have room: looked at before anything is started, and shown."""

from __future__ import annotations

from nab.actions.bench import Bench
from nab.core.errors import NabError
from nab.core.upkeep import disks
from nab.core.upkeep.disks import GIB, TO_FIRE, Disk
from nab.edges.docker import engine
from nab.edges.host import machine

REMEDY = "make gc makes room; docs/disk.md"


def look(bench: Bench) -> list[Disk]:
    """Look at the disks of the state folder and of the engine's data; one that both are on is told once."""
    found = [machine.disk("state", bench.paths.root)]
    try:
        root = engine.data_root()
        if root and root.stat().st_dev != bench.paths.root.stat().st_dev:
            found.append(machine.disk("engine", root))
    except (NabError, OSError):  # whoever needs the engine will say what is wrong with it
        pass
    return found


def least_bytes(bench: Bench) -> float:
    """Return what must be free before a run is started."""
    return bench.config.settings.recording.min_free_gib * GIB


def low(bench: Bench) -> str:
    """Say where there is too little room to start a run; nothing where there is enough."""
    return disks.lacking(look(bench), least_bytes(bench))


def check(bench: Bench) -> None:
    """Raise NabError where there is too little room to start a run."""
    if said := low(bench):
        raise NabError(said, hint=REMEDY)


def low_to_fire(bench: Bench) -> str:
    """Say where there is too little room to fire a submit.sh; nothing where there is enough."""
    return disks.lacking(look(bench), least_bytes(bench) * TO_FIRE)


def spare_bytes(bench: Bench) -> int:
    """Return how much of the state's disk the records of runs leave to the event log and to whoever makes room."""
    return int(least_bytes(bench) * TO_FIRE)
