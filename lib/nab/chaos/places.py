"""What machine a campaign runs on, and what of it can run there."""

from __future__ import annotations

import os
import platform

from nab.edges import process
from nab.edges.docker import engine
from nab.edges.host import hardware, machine

WHY_NOT = {
    "quick": "not asked for",
    "longer": "not in the short form",
    "root": "needs root",
    "engine": "needs a Docker engine and its images: make images",
    "machine": "needs bare machines or engines of its own: MACHINES=1",
}


def words() -> str:
    """Describe this machine in a line: what a stranger has to know of where something was measured."""
    here = machine.capacity()
    return (
        f"{hardware.cores()} cores, {here.memory_gib:.0f} GiB, Linux {hardware.kernel().split('-')[0]},"
        f" Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"
    )


def can(*, short: bool, machines: bool) -> frozenset[str]:
    """Return which tests can run here. The short form is the same everywhere: those that need nothing."""
    if short:
        return frozenset({"quick"})
    has = {
        "quick": True,
        "longer": True,
        "root": process.is_root(),
        "engine": engine.ping(),
        "machine": machines and process.is_root() and engine.ping(),
    }
    return frozenset(need for need, there in has.items() if there)
