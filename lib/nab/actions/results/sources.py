"""Where the rows of the store come from: closed segments, those that grow, and what is worked out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nab.edges.files import compressed, records
from nab.edges.log import log_files
from nab.paths import Paths, RunPaths
from nab.results.tables import recorded
from nab.results.tables.columns import Recorded

NO_RUN = ""


@dataclass(frozen=True)
class Segment:
    """A file of lines. One that is `closed` does not change any more; `size` is that of its uncompressed lines."""

    table: Recorded
    run: str
    key: str
    path: Path
    size: int
    closed: bool
    where: str = ""


@dataclass(frozen=True)
class Worked:
    """Rows that are worked out: again when the `size` of what they are made of is another one."""

    table: Recorded
    run: str
    key: str
    size: int
    rows: Callable[[], Iterable[object]]


def of_log(paths: Paths) -> Iterator[Segment]:
    """Yield the segments of the event log. Of one that was left, what its successor begins with does not count."""
    folder = paths.events
    there = log_files.present(folder)
    for one in there:
        path = folder / one.name
        where = ""
        if one.next in there and (first := first_seq(folder / one.next.name)):
            where = f" AND seq < {first}"
        closed = one != there[-1]
        yield Segment(recorded.EVENTS, NO_RUN, one.name, path, path.stat().st_size, closed, where)


def first_seq(path: Path) -> int:
    """Return the number of the first event of a segment; 0 where it has none."""
    found = log_files.first_event(path)
    return found.seq if found else 0


def of_run(paths: RunPaths, run: str, *, over: bool) -> Iterator[Segment]:
    """Yield the segments of a run's records."""
    for table, record in (
        (recorded.CALLS, paths.http),
        (recorded.RESOURCES, paths.resources),
        (recorded.PROCESSES, paths.processes),
        (recorded.INSTALLATIONS, paths.packages),
    ):
        found = records.of(record)
        for one in found:
            closed = over or one != found[-1]
            yield Segment(table, run, f"{one.start:015d}", one.path, size(one.path), closed)


def size(path: Path) -> int:
    """Return how many bytes of lines a segment has. Of one that is damaged something, so that reading it says so."""
    try:
        return compressed.size(path)
    except OSError:
        return 1
