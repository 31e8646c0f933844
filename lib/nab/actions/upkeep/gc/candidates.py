"""Find what may be deleted, with its size and how to delete it. Runs that a process still works on are skipped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from nab.actions.bench import Bench
from nab.actions.upkeep.gc import removals
from nab.actions.upkeep.sync import lag
from nab.core.facts import RunEnded
from nab.core.log.events import Event
from nab.core.runs.enrolments import enrolments
from nab.core.runs.runs import Run
from nab.core.text import times
from nab.core.text.counts import number_of
from nab.core.upkeep.gc import Ages, Item, ItemKind, may_go
from nab.edges import clock
from nab.edges.docker import boxes, image_builds, networks
from nab.edges.files import compressed, compression, files, locks, records, temporaries
from nab.edges.host import own_release
from nab.edges.untrusted import folder_sizes, furnishing
from nab.paths import LOCKS, AgentFolder, RunPaths

OTHERS = {"demo", "disk", "outbox", "workspace", "home"}  # another state folder, and what is the agents'
Tell = Callable[[str], None]
IMAGE_AGE = timedelta(days=1)  # before, somebody may be building


@dataclass(frozen=True)
class Find:
    """A thing that may be deleted. `take` checks it once more, deletes it, and returns the bytes that were freed."""

    item: Item
    take: Callable[[], int]


@dataclass(frozen=True)
class Resting:
    """A run that has ended and that no process works on. `submits`: its box still serves in windows."""

    run: Run
    paths: RunPaths
    kinds: frozenset[ItemKind]
    submits: bool


def look(bench: Bench, tell: Tell) -> Iterator[Find]:
    """Find what may go, but for what the engine keeps. What cannot be looked at is told, and stops nothing."""
    yield from willing(lambda: leftovers(bench), "what writers left", tell)
    rests = {one.run.name: one for one in resting(bench)}
    for one in rests.values():
        yield from willing(partial(of_a_run, bench, one), one.run.name, tell)
    for name in bench.runs().keys() - rests.keys():
        find = partial(closed_ones, bench, name)
        yield from willing(find, name, tell)


def closed_ones(bench: Bench, run: str) -> Iterator[Find]:
    """Find the closed segments of a run that goes on, or that ended not long ago."""
    yield from compressible(closed(bench, run), run, "closed segments")


def willing(find: Callable[[], Iterator[Find]], what: str, tell: Tell) -> list[Find]:
    """Find what there is, or tell why that fails."""
    try:
        return list(find())
    except OSError as error:
        tell(f"{what} was not looked at: {error}")
        return []


def leftovers(bench: Bench) -> Iterator[Find]:
    """Find the files that writers did not live to put in their place."""
    root = bench.paths.root
    dead = list(temporaries.dead(root, OTHERS))
    if dead:
        what = f"{number_of(len(dead), 'file')} that writers who died left unfinished"
        item = Item(ItemKind.LEFTOVER, what, sum(files.size(path) for path in dead))
        yield Find(item, lambda: temporaries.sweep(temporaries.dead(root, OTHERS)))


def resting(bench: Bench) -> Iterator[Resting]:
    """Find the runs of which something may go."""
    events, now, retention = bench.log.events(), clock.now(), bench.config.settings.retention
    serving = {enrolment.run for enrolment in enrolments(events).values()}
    ages = Ages(retention.compress_days, retention.bodies_days, retention.workspace_days)
    when = ended_at(events)
    for name, run in bench.runs().items():
        kinds = may_go(when.get(name), now, ages, submits=name in serving)
        if kinds and not is_worked_on(bench.run(name)):
            yield Resting(run, bench.run(name), frozenset(kinds), name in serving)


def ended_at(events: list[Event]) -> dict[str, datetime]:
    """Return when each run ended."""
    return {event.run or "": times.parse(event.known) for event in events if isinstance(event.fact, RunEnded)}


def is_worked_on(paths: RunPaths) -> bool:
    """Say whether a living process has any duty for a run."""
    folder = paths.root / LOCKS
    return folder.is_dir() and any(locks.is_held(lock) for lock in folder.iterdir())


def of_a_run(bench: Bench, one: Resting) -> Iterator[Find]:
    """Find what of a run may go without the engine."""
    name, paths = one.run.name, one.paths
    if ItemKind.DERIVED in one.kinds and paths.har.exists():
        item = Item(ItemKind.DERIVED, "calls.har; make har makes it again", files.size(paths.har), name)
        yield Find(item, partial(removals.remove_file, paths.har))
    if ItemKind.RECORD in one.kinds:
        yield from compressible(to_compress(one), name, "records")
    if ItemKind.BODIES in one.kinds and (bodies := records.files_of(paths.bodies)):
        size = sum(map(files.size, bodies))
        item = Item(ItemKind.BODIES, "the bodies of its calls to Numerai's API", size, name)
        yield Find(item, partial(removals.drop_bodies, bench, one.run, item))


def compressible(paths: list[Path], run: str, what: str) -> Iterator[Find]:
    """Find what is worth to be compressed of some files."""
    found = [
        path
        for path in paths
        if path.is_file() and path.suffix != compressed.ENDING and files.size(path) >= compression.LEAST_BYTES
    ]
    if found:
        item = Item(ItemKind.RECORD, f"{len(found)} {what} to compress", sum(map(files.size, found)), run)
        yield Find(item, partial(removals.compress, found))


def to_compress(one: Resting) -> list[Path]:
    """List the records that nobody writes any more. While a run's box submits, its proxy writes in calls/."""
    paths = one.paths
    kept = [paths.resources, paths.processes, paths.engine_events]
    kept += [] if one.submits else [paths.http, paths.bodies]
    copies = sorted(paths.sessions.rglob("*")) if paths.sessions.is_dir() else []
    segments = (file for record in kept for file in records.files_of(record))
    return [*segments, paths.packages, paths.output, paths.log, *copies]


def closed(bench: Bench, run: str) -> list[Path]:
    """List the segments of a run's records that were closed long enough ago, also while the run goes on.

    With a remote, only those that it may have by now: what is compressed does not go there any more.
    """
    paths = bench.run(run)
    last = clock.now() - timedelta(days=bench.config.settings.retention.compress_days)
    if bench.config.settings.sync.remote:
        last = min(last, lag.taken_up(bench, run))
    kept = (paths.http, paths.bodies, paths.resources, paths.processes, paths.engine_events)
    found = [one.path for record in kept for one in records.of(record)[:-1] if one.path.exists()]
    return [path for path in found if path.stat().st_mtime < last.timestamp()]


def on_the_engine(bench: Bench, tell: Tell) -> Iterator[Find]:
    """Find what the engine keeps of runs that have ended, and images that nobody needs. Raises NabError.

    A run that cannot be looked at is told, and stops nothing.
    """
    yield from surroundings_of_ended(bench)
    kept = own_release.kept_beside(bench.config.repository)
    for image in image_builds.superseded(bench.engine, clock.now() - IMAGE_AGE, kept=kept):
        item = Item(
            ItemKind.IMAGE, f"the superseded image {image.id.removeprefix('sha256:')[:12]}", image.bytes
        )
        yield Find(item, partial(removals.remove_image, bench, image))
    here = {box.run: box for box in bench.find_boxes(role=boxes.AGENT)}
    for one in resting(bench):
        if ItemKind.WORKSPACE in one.kinds:
            boxed = one.run.name in here
            yield from willing(partial(workspace_of, bench, one, boxed=boxed), one.run.name, tell)


def workspace_of(bench: Bench, one: Resting, *, boxed: bool) -> Iterator[Find]:
    """Find what a run's agent could write, and its box where it still has one."""
    images, folders = written(one.paths)
    if images or folders or boxed:
        size = sum(map(on_disk, images)) + sum(map(below, folders))
        item = Item(ItemKind.WORKSPACE, "its workspace and its box; the histories stay", size, one.run.name)
        yield Find(item, partial(removals.drop_workspace, bench, one.run, item))


def written(paths: RunPaths) -> tuple[list[Path], list[AgentFolder]]:
    """List what holds what a run's agent wrote: files with file systems, and folders."""
    images, folders = removals.parts(paths)
    return [image for image in images if image.exists()], [
        one for one in folders if furnishing.is_anything(one)
    ]


def on_disk(path: Path) -> int:
    """Return what a file takes of its disk: one with holes takes less than its size."""
    return path.lstat().st_blocks * folder_sizes.BLOCK


def below(folder: AgentFolder) -> int:
    """Return what a folder takes; a link into another one takes nothing of its own."""
    return folder_sizes.whole(folder).room.bytes if furnishing.is_apart(folder) else 0


def surroundings_of_ended(bench: Bench) -> Iterator[Find]:
    """Find the networks and proxies that ended runs still have, but for one that submits now."""
    here = {labels.get(boxes.RUN, "") for labels in networks.labelled(bench.engine, mine(bench))}
    here |= {box.run for box in bench.find_boxes(role=boxes.PROXY)}
    known = bench.runs()
    for name in sorted(here & {name for name, run in known.items() if run.ended}):
        if not is_worked_on(bench.run(name)):
            item = Item(ItemKind.LEFTOVER, "the network and the proxy of a run that has ended", 0, name)
            yield Find(item, partial(removals.take_down, bench, name))


def mine(bench: Bench) -> dict[str, str]:
    """Return the label of everything that is this state folder's."""
    return {boxes.STATE: str(bench.paths.root)}
