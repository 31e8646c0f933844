"""What made a run: the harness and the machine as the log last told of them before the run was intended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from nab.core.facts import HarnessSeen, MachineSeen, RunIntended, tag, tags
from nab.core.log.events import Event

INTENDED, MAKERS = tag(RunIntended), tags(HarnessSeen, MachineSeen)


class Makers(msgspec.Struct, frozen=True):
    """A harness and its machine; None: not on record."""

    harness: HarnessSeen | None = None
    machine: MachineSeen | None = None


def after(known: Makers, event: Event) -> Makers:
    """Fold an event in."""
    match event.fact:
        case HarnessSeen() as harness:
            return Makers(harness, known.machine)
        case MachineSeen() as machine:
            return Makers(known.harness, machine)
        case _:
            return known


def newest(events: Sequence[Event]) -> Makers:
    """Return what was told of last."""
    found = Makers()
    for event in reversed(events):
        if event.kind in MAKERS:
            told = after(Makers(), event)
            found = Makers(found.harness or told.harness, found.machine or told.machine)
            if found.harness and found.machine:
                break
    return found


def of_run(events: Iterable[Event], run: str) -> Makers:
    """Return what had been told of when a run was intended."""
    found = Makers()
    for event in events:
        if event.kind in MAKERS:
            found = after(found, event)
        elif event.kind == INTENDED and event.run == run:
            return found
    return Makers()


def complete(seen: MachineSeen, before: MachineSeen | None) -> MachineSeen:
    """Return a machine as it is seen; of an engine that does not answer what is known of it stays."""
    return seen if seen.engine or not before else msgspec.structs.replace(seen, engine=before.engine)


def words(makers: Makers, intended: RunIntended) -> str:
    """Say in a line what made a run."""
    effort = f"; effort {intended.effort or 'as its program has it'}" if intended.flags else ""
    if not makers.harness or not makers.machine:
        return f"made by: not on record{effort}"
    return f"made by {harness(makers.harness)} on {machine(makers.machine)}{effort}"


def harness(seen: HarnessSeen) -> str:
    """Name a harness."""
    changed = " with changes" if seen.dirty else ""
    commit = f"at {seen.commit[:12]}{changed}" if seen.commit else "of an unknown commit"
    return f"nab {seen.version} {commit}"


def machine(seen: MachineSeen) -> str:
    """Name a machine."""
    counted = {name: seen.gpus.count(name) for name in seen.gpus}
    gpus = ", ".join(f"{count} {name}" for name, count in counted.items()) or "no GPU"
    return f"{seen.cores} cores of {seen.cpu or 'an unknown CPU'}, {seen.memory_gib:g} GiB, {gpus}"
