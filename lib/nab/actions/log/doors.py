"""What the light doors show, derived: with the settings and the place of the log that it was made of."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from nab.actions.bench import Bench
from nab.core.errors import NabError
from nab.core.log.segments import Segment
from nab.core.overview import run_words, summaries
from nab.core.overview.summaries import Overview
from nab.core.runs.runs import unfinished
from nab.core.text import names, times
from nab.core.turns import decision
from nab.core.upkeep.disks import GIB, LEAST_FILES
from nab.core.upkeep.sync.lag import Last
from nab.doors.light import SCHEMA
from nab.edges.files import files
from nab.operator_files import text_of


class LogEnd(msgspec.Struct, frozen=True, kw_only=True):
    """How long the log's files were, by name, and its last line."""

    sizes: dict[str, int]
    last: str


class Doors(msgspec.Struct, frozen=True, kw_only=True):
    """What doors.json says: see `nab.doors`. `cells` None: a run goes on, and has to be looked at."""

    schema: int = SCHEMA
    settings: str  # the text of nab.toml
    log: LogEnd
    overview: tuple[int, int, int] | None  # the published file: its inode, when it changed, its size
    cells: list[tuple[str, str, str]] | None  # of runs
    rounds: list[tuple[str, str, str, str]]
    remote: str  # of the sync
    sync_fields: tuple[str, ...] = tuple(field.name for field in msgspec.structs.fields(Last))
    least_bytes: float
    least_files: int = LEAST_FILES
    slots: dict[str, str]  # the box's name, by what --slot says
    slot_of: dict[str, str]  # by run
    wanted: tuple[str, ...]  # slots that a run has or waits for
    window_over: str
    look_every: float = decision.LOOK_EVERY.total_seconds()


def derive(bench: Bench) -> None:
    """Write down what the light doors need. Without the file of the settings there are none."""
    try:
        settings = text_of(bench.config.file)
    except NabError:
        bench.paths.doors.unlink(missing_ok=True)
        return
    files.replace_bytes(bench.paths.doors, msgspec.json.encode(gathered(bench, settings)))


def gathered(bench: Bench, settings: str) -> Doors:
    """Gather it from the log and from what was published of it."""
    read, standings = bench.log.read(), bench.standings()  # in this order: what is derived may know of more
    seen, found = overview(bench)
    newest_round = next(reversed(standings.rounds.values()), None)
    slots = [slot.name for slot in bench.config.settings.slots] + [bench.config.settings.limits.slot]
    return Doors(
        settings=settings,
        log=log_end(bench, read.sizes),
        overview=seen,
        cells=cells(found),
        rounds=[summaries.cells(row) for row in found.rounds],
        remote=bench.config.settings.sync.remote,
        least_bytes=bench.config.settings.recording.min_free_gib * GIB,
        slots={name: names.slot_name(bench.config.slot(name).name) for name in ("", *slots)},
        slot_of={name: run.intended.slot for name, run in standings.runs.items()},
        wanted=tuple(sorted({run.intended.slot for run in unfinished(standings.runs)})),
        window_over=times.text(newest_round.closes) if newest_round else "",
    )


def overview(bench: Bench) -> tuple[tuple[int, int, int] | None, Overview]:
    """Read what was published, and say which file it was."""
    path = bench.paths.overview
    if not path.exists():
        return None, Overview()
    there = path.stat()
    return (there.st_ino, there.st_mtime_ns, there.st_size), files.read_json(path, Overview)


def cells(found: Overview) -> list[tuple[str, str, str]] | None:
    """Tell of the runs, if all have ended."""
    told = [run_words.of_ended(run, run.ended) for run in found.runs if run.ended]
    return told if len(told) == len(found.runs) else None


def log_end(bench: Bench, sizes: Mapping[Segment, int]) -> LogEnd:
    """Tell how far the log was read, and the line that ends there."""
    last = b""
    for segment, size in sorted(sizes.items(), reverse=True):
        if size:
            last = files.line_before(bench.paths.events / segment.name, size)
            break
    return LogEnd(sizes={segment.name: size for segment, size in sizes.items()}, last=last.decode())
