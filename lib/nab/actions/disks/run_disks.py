"""The folders that a run's agent can write, and what keeps them within their limit.

Where loop devices can be mounted they are in a file system of that size, mounted when somebody needs it. Elsewhere
they are folders of the state's disk, and watched (`nab.actions.disks.watch`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nab.actions.bench import Bench
from nab.core.errors import FAILED, NabError
from nab.core.facts import RunIntended
from nab.core.upkeep.disks import GIB, Kept, Room
from nab.edges.docker import agent_box
from nab.edges.files import locks
from nab.edges.host import loop_disks
from nab.edges.untrusted import folder_sizes, furnishing
from nab.paths import AgentFolder, RunPaths

OUTBOX = Room(10 * GIB, 100_000)  # what all sessions of a run may print


def promised(bench: Bench) -> dict[str, Any]:
    """Return what goes on record of a run's limit: how large it is, and how it is kept on this machine."""
    limits = bench.config.settings.limits
    kept = Kept.WATCHED if loop_disks.why_not(bench.paths.root) else Kept.FIXED
    return {
        "disk": kept.value,
        "disk_bytes": int(limits.workspace_gib * GIB),
        "disk_files": limits.workspace_files,
    }


def make(paths: RunPaths, intended: RunIntended, seeded: tuple[str, ...], *, outbox: bool) -> None:
    """Make the folders, empty, unless they are there: for a coding agent, with an `outbox`, also its home.

    Safe to repeat.
    """
    if intended.disk == Kept.FIXED and not furnishing.is_anything(paths.workspace):
        loop_disks.make(paths.disk_image, Room(intended.disk_bytes, intended.disk_files))
        if outbox:
            loop_disks.make(paths.outbox_image, OUTBOX)
    attach(paths)
    furnishing.make(paths.disk)
    for link in (paths.workspace, *([paths.home] if outbox else [])):
        furnishing.lead(link, paths.disk)
    for name in agent_box.SCRATCH:
        furnishing.make_inside(paths.disk, name, mode=0o1777)
    for place in seeded:
        furnishing.make_inside(paths.disk, agent_box.seeded_name(place))
    if outbox:
        furnishing.make(paths.outbox)


def kept(paths: RunPaths, intended: RunIntended) -> Kept | None:
    """Say how a run's limit is kept here; None where nothing was promised.

    What was a disk of a fixed size comes back from a backup as folders where this machine mounts none.
    """
    match intended.disk:
        case Kept.FIXED.value if paths.disk_image.exists():
            return Kept.FIXED
        case Kept.FIXED.value | Kept.WATCHED.value:
            return Kept.WATCHED
        case _:
            return None


def attach(paths: RunPaths) -> None:
    """Have a run's file systems mounted, as they are not after a reboot. Raises NabError where that fails."""
    for image, place in places(paths):
        if image.exists() and not loop_disks.is_mounted(place):
            with locks.held(paths.lock("disk"), what=f"the disk of {paths.root.name}", wait_seconds=60):
                loop_disks.attach(image, place)
    if furnishing.is_lost(paths.workspace):
        hint = f"put {paths.disk_image} back; where it is lost for good, remove {paths.root}/workspace"
        raise NabError(f"the disk of {paths.root.name} is gone", hint=hint, exit_code=FAILED)


def detach(paths: RunPaths) -> None:
    """Have a run's file systems not mounted."""
    for _, place in places(paths):
        loop_disks.detach(place)


def detach_all(bench: Bench) -> None:
    """Unmount everything below the state folder, before it is removed."""
    for place in loop_disks.below(bench.paths.root.resolve()):
        loop_disks.detach(place)


def may_grow(bench: Bench) -> int:
    """Return by how many bytes the file systems that are there can still grow on the disk of the state folder."""
    images = (image.stat() for image in bench.paths.runs.glob("*/*.img"))
    return sum(max(0, found.st_size - found.st_blocks * folder_sizes.BLOCK) for found in images)


def places(paths: RunPaths) -> tuple[tuple[Path, AgentFolder], ...]:
    """Return the files that hold a run's file systems, and where they are mounted."""
    return (paths.disk_image, paths.disk), (paths.outbox_image, paths.outbox)


def hindrance(paths: RunPaths) -> str:
    """Say why a run's folders cannot be used; nothing where they can."""
    try:
        attach(paths)
    except NabError as error:
        return error.message
    return ""
