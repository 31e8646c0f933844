"""What of this machine a box gets: promised when its run is planned, kept as far as the machine still has it."""

from __future__ import annotations

import msgspec

from nab.config import Config, Limits
from nab.core.facts import RunIntended
from nab.core.runs import capacity
from nab.core.runs.capacity import Capacity
from nab.edges.host import machine


def promised(config: Config) -> Capacity:
    """Return what a box gets on this machine as nab.toml is now."""
    return capacity.of_box(asked(config), machine.capacity(), len(config.settings.slot_names))


def asked(config: Config) -> Capacity:
    """Return what nab.toml asks for; 0 is a share of the machine."""
    limits = config.settings.limits
    return Capacity(limits.cpus, limits.memory_gib)


def beyond(config: Config) -> str:
    """Say what nab.toml asks for that this machine does not have, and what a box gets; nothing where it has all."""
    lacking = capacity.larger_than(asked(config), machine.capacity())
    return f"{lacking}; the box gets {promised(config)}" if lacking else ""


def kept(config: Config, intended: RunIntended) -> Capacity:
    """Return what a run's box gets now: what it was promised, unless the machine has less by now."""
    if not intended.cpus:  # planned before this was on record
        return promised(config)
    return capacity.of_box(
        Capacity(intended.cpus, intended.memory_gib), machine.capacity(), len(config.settings.slot_names)
    )


def limits(config: Config, intended: RunIntended) -> Limits:
    """Return the limits of a run's box."""
    has = kept(config, intended)
    return msgspec.structs.replace(config.settings.limits, cpus=has.cpus, memory_gib=has.memory_gib)


def broken(config: Config, intended: RunIntended) -> str:
    """Say what a run's box lacks of what it was promised; nothing where it gets all of it."""
    was, has = Capacity(intended.cpus, intended.memory_gib), kept(config, intended)
    if not intended.cpus or has == was:
        return ""
    return f"this machine has less than before: the box gets {has}, and was promised {was}"
