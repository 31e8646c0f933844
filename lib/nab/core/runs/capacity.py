"""What of the machine a box gets: what nab.toml says, as far as the machine has it, or an equal share of the whole."""

from __future__ import annotations

from dataclasses import dataclass

MANY_CPUS = 4  # of more than these, one is the harness's
LEAST_MEMORY_GIB, MEMORY_SHARE = 2, 0.1  # what the harness keeps of the memory: the larger of the two


@dataclass(frozen=True)
class Capacity:
    """CPUs, and memory in GiB: of a machine, or of a box."""

    cpus: float
    memory_gib: float

    def __str__(self) -> str:
        return f"{self.cpus:g} CPU{'' if self.cpus == 1 else 's'} and {self.memory_gib:g} GiB"


def of_box(asked: Capacity, machine: Capacity, slots: int) -> Capacity:
    """Return what a box gets where so many slots share the machine. What is asked as 0 is an equal share, in whole
    numbers and never less than 1, of what the harness leaves; a machine never gives more than it has.
    """
    whole = left_by_harness(machine)
    return Capacity(
        min(asked.cpus or max(1, whole.cpus // slots), machine.cpus),
        min(asked.memory_gib or max(1, whole.memory_gib // slots), machine.memory_gib),
    )


def left_by_harness(machine: Capacity) -> Capacity:
    """Return what boxes may have of a machine that has to run proxies, sidecars and the engine beside them."""
    kept = max(LEAST_MEMORY_GIB, MEMORY_SHARE * machine.memory_gib)
    return Capacity(machine.cpus - (machine.cpus > MANY_CPUS), machine.memory_gib - kept)


def larger_than(asked: Capacity, machine: Capacity) -> str:
    """Say what of nab.toml's limits this machine does not have; nothing where it has them."""
    found = []
    if asked.cpus > machine.cpus:
        found.append(f"limits.cpus = {asked.cpus:g}")
    if asked.memory_gib > machine.memory_gib:
        found.append(f"limits.memory_gib = {asked.memory_gib:g}")
    return f"{' and '.join(found)}: more than this machine has ({machine})" if found else ""
