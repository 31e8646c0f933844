"""Delete or compress what gc chose. Whatever a run loses for good is logged first."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nab.actions.bench import Bench
from nab.actions.boxes import proxy
from nab.actions.disks import run_disks
from nab.core.errors import FAILED, NabError
from nab.core.facts import BODIES, WORKSPACE, Dropped
from nab.core.runs.runs import Run
from nab.core.upkeep.gc import Item
from nab.edges import failpoints
from nab.edges.docker import boxes, image_tags
from nab.edges.failpoints import Failpoint
from nab.edges.files import compression, files, locks, records
from nab.edges.untrusted import removal
from nab.paths import SUBMIT, AgentFolder, RunPaths

if TYPE_CHECKING:
    from nab.edges.docker.image_builds import Superseded

FULL = {errno.ENOSPC, errno.EDQUOT}


def remove_file(path: Path) -> int:
    """Remove a file. Returns the bytes that were freed."""
    size = files.size(path)
    path.unlink(missing_ok=True)
    return size


def compress(paths: Iterable[Path]) -> int:
    """Compress what can be; a disk that is too full for a copy keeps the rest as it is."""
    won = 0
    for path in paths:
        try:
            won += compression.pack(path)
        except FileNotFoundError:
            continue
        except NabError as error:
            click.echo(f"nab: {error.message}", err=True)
        except OSError as error:
            if error.errno not in FULL:
                raise
            click.echo(f"nab: there is no room to compress {path}", err=True)
    return won


def drop_bodies(bench: Bench, run: Run, item: Item) -> int:
    """Remove the bodies that are kept of a run's calls."""
    bodies = bench.run(run.name).bodies
    note(bench, run, item, BODIES, bench.config.settings.retention.bodies_days)
    return sum(map(remove_file, records.files_of(bodies)))


def parts(paths: RunPaths) -> tuple[tuple[Path, ...], tuple[AgentFolder, ...]]:
    """Return where all that a run's agent could write may lie: the file systems, and the folders."""
    folders = (paths.disk, paths.outbox, paths.workspace, paths.home)
    return (paths.disk_image, paths.outbox_image), folders


def drop_workspace(bench: Bench, run: Run, item: Item) -> int:
    """Remove a run's box, and then all that its agent could write. Raises NabError that says what of it stays."""
    with bench.deciding():
        note(bench, run, item, WORKSPACE, bench.config.settings.retention.workspace_days)
        proxy.down(bench, run.name)
        for box in bench.find_boxes(run.name):
            boxes.remove(bench.engine, box.id)
        run_disks.detach(bench.run(run.name))
        images, folders = parts(bench.run(run.name))
        for image in images:
            image.unlink(missing_ok=True)
        stays = [said for folder in folders if (said := removed(folder))]
    if stays:
        raise NabError("; ".join(stays), exit_code=FAILED)
    return item.bytes


def removed(folder: AgentFolder) -> str:
    """Remove a folder. Says why it could not go, or nothing."""
    try:
        removal.remove(folder)
    except (NabError, OSError) as error:
        return error.message if isinstance(error, NabError) else str(error)
    return ""


def note(bench: Bench, run: Run, item: Item, what: str, days: float) -> None:
    """Put on record that something goes, once."""
    because = f"its run ended more than {days:g} days ago"
    fact = Dropped(what=what, bytes=item.bytes, because=because)
    bench.log.append(fact, entrant=run.entrant, run=run.name, id=f"{run.name}:dropped:{what}")
    failpoints.reach(Failpoint.DROP_TOLD)


def take_down(bench: Bench, run: str) -> int:
    """Remove the proxy and the network of an ended run, unless it submits."""
    with bench.deciding():
        if not locks.is_held(bench.run(run).lock(SUBMIT)):
            proxy.down(bench, run)
    return 0


def remove_image(bench: Bench, image: Superseded) -> int:
    """Remove an image; one that is needed after all stays. What that brings is not known (`nab.core.upkeep.gc`)."""
    if not image_tags.remove(bench.engine, image.id):
        raise NabError("another image or a box still needs it")
    return 0
