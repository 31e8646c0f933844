"""What the light doors show, derived: with the settings and the place of the log that it was made of."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec import structs

from nab.actions.bench import Bench
from nab.actions.log import turn_books
from nab.config import Config, load
from nab.core.errors import NabError
from nab.core.log.segments import Segment
from nab.core.overview import run_words, summaries
from nab.core.overview.run_summaries import RunGlance
from nab.core.overview.summaries import Overview
from nab.core.text import names
from nab.core.turns.books import Books
from nab.core.upkeep.disks import GIB, LEAST_FILES
from nab.core.upkeep.sync.lag import Last
from nab.doors.light import SCHEMA
from nab.edges.files import files
from nab.edges.log.log_files import Read
from nab.operator_files import text_of


class LogEnd(msgspec.Struct, frozen=True, kw_only=True):
    """How long the log's files were, by name, and its last line."""

    sizes: dict[str, int]
    last: str


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of a run that goes on, as far as it stands still: see `run_words`."""

    vain: str
    told: str


class Doors(msgspec.Struct, frozen=True, kw_only=True):
    """What doors.json says: see `nab.doors`."""

    schema: int = SCHEMA
    settings: str  # the text of nab.toml
    log: LogEnd
    overview: tuple[int, int, int] | None  # the published file: its inode, when it changed, its size
    ended: dict[str, tuple[str, str, str]]  # how a run is told, by its name
    living: dict[str, Words]  # by the name of a run that goes on
    rounds: list[tuple[str, str, str, str]]
    remote: str  # of the sync
    sync_fields: tuple[str, ...] = tuple(field.name for field in msgspec.structs.fields(Last))
    least_bytes: float
    least_files: int = LEAST_FILES
    slots: dict[str, str]  # the box's name, by what --slot says
    slot_of: dict[str, str]  # by run
    turns: Books
    quiet: tuple[str, ...] = turn_books.QUIET  # kinds of events that leave the turns as they were


def derive(bench: Bench) -> None:
    """Write down what the light doors need, by the settings as they are in the file: we may have begun with others.

    Without a file that is sound there are none.
    """
    try:
        settings = text_of(bench.config.file)
        now = load(bench.config.file, bench.paths.root).settings
    except NabError:
        bench.paths.doors.unlink(missing_ok=True)
        return
    config = structs.replace(bench.config, settings=now)
    files.replace_bytes(bench.paths.doors, msgspec.json.encode(gathered(bench, config, settings)))


def gathered(bench: Bench, config: Config, settings: str) -> Doors:
    """Gather it from the log and from what was published of it."""
    read, standings = bench.log.read(), bench.standings()  # in this order: what is derived may know of more
    seen, found = overview(bench)
    slots = [slot.name for slot in config.settings.slots] + [config.settings.limits.slot]
    return Doors(
        settings=settings,
        log=log_end(bench, read.sizes),
        overview=seen,
        ended={run.run: run_words.of_ended(run, run.ended) for run in found.runs if run.ended},
        living={run.run: living(run) for run in found.runs if not run.ended},
        rounds=[summaries.cells(row) for row in found.rounds],
        remote=config.settings.sync.remote,
        least_bytes=config.settings.recording.min_free_gib * GIB,
        slots={name: names.slot_name(config.slot(name).name) for name in ("", *slots)},
        slot_of={name: run.intended.slot for name, run in standings.runs.items()},
        turns=turns(bench, read, config.settings.limits.slice_hours * 3600),
    )


def turns(bench: Bench, read: Read, slice_seconds: float) -> Books:
    """Return the books of turns; of the same log and slice they are folded once, however often it is published."""
    fold = f"turns by {slice_seconds}"
    return bench.once(fold, read, lambda one: turn_books.books(one.chain.events, slice_seconds))


def overview(bench: Bench) -> tuple[tuple[int, int, int] | None, Overview]:
    """Read what was published, and say which file it was."""
    path = bench.paths.overview
    if not path.exists():
        return None, Overview()
    there = path.stat()
    return (there.st_ino, there.st_mtime_ns, there.st_size), files.read_json(path, Overview)


def living(run: RunGlance) -> Words:
    """Tell of a run that goes on what will be so at the next look, too."""
    return Words(vain=run_words.vain(run), told=run_words.told(run))


def log_end(bench: Bench, sizes: Mapping[Segment, int]) -> LogEnd:
    """Tell how far the log was read, and the line that ends there."""
    last = b""
    for segment, size in sorted(sizes.items(), reverse=True):
        if size:
            last = files.line_before(bench.paths.events / segment.name, size)
            break
    return LogEnd(sizes={segment.name: size for segment, size in sizes.items()}, last=last.decode())
