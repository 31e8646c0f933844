"""The records of a run, each of one or more segments (nab.core.recording.segments), read and written as one.

Whoever reads a record goes over all its segments here. A place is a byte of all of them together, so one that was
remembered before there was a second segment is the same for ever. A closed segment never changes, but for its form:
it may be compressed.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from nab.core.recording import segments
from nab.core.recording.segments import SegmentLimits
from nab.edges import clock, failpoints
from nab.edges.failpoints import Failpoint
from nab.edges.files import compressed, files

PIECE = 1 << 20
RACY_SECONDS = 2.0  # a folder may change again within one tick of the file system's clock


class Segment(NamedTuple):
    """A file of a record, by its name without compression, and the place where it begins."""

    start: int
    path: Path


class Listing(NamedTuple):
    """When a folder had changed, since when (of the boot, seconds) we know it so, and what was listed after a while."""

    changed: int
    since: float
    found: list[Segment] | None


class Measured(NamedTuple):
    """What a segment holds: how many lines, the last one too where it is torn, and the hash of all its bytes."""

    lines: int
    size: int
    sha256: str


LISTED: dict[Path, Listing] = {}


def of(record: Path) -> list[Segment]:
    """List the segments that there are, oldest first. All but the last one are closed.

    Sidecars ask ten times a second: a folder that has been as it is for a while is not listed again.
    """
    try:
        changed, now = record.parent.stat().st_mtime_ns, clock.monotonic()
        known = LISTED.get(record)
        if known is None or known.changed != changed:
            known = Listing(changed, now, None)
        if known.found is not None:
            return known.found
        found = listed(record)
    except FileNotFoundError:
        return []
    LISTED[record] = known._replace(found=found if now - known.since > RACY_SECONDS else None)
    return found


def listed(record: Path) -> list[Segment]:
    """List the segments in a record's folder. Raises FileNotFoundError where there is none."""
    names = [file.name for file in record.parent.iterdir()]
    plain = {name.removesuffix(compressed.ENDING) for name in names}
    found = ((segments.start(record.name, name), name) for name in plain)
    return sorted(Segment(start, record.with_name(name)) for start, name in found if start is not None)


def newest(record: Path) -> Segment:
    """Return the segment that grows; where nothing is written yet, the first one."""
    return (of(record) or [Segment(0, record)])[-1]


def there(record: Path) -> bool:
    """Say whether anything of a record is there."""
    return bool(of(record))


def files_of(record: Path) -> list[Path]:
    """List the files that hold a record, in either form."""
    both = ((one.path, compressed.beside(one.path)) for one in of(record))
    return [file for pair in both for file in pair if file.exists()]


def form_of(path: Path) -> Path:
    """Return the file that holds a segment now: as it was written, or compressed."""
    return path if path.exists() else compressed.beside(path)


def measured(path: Path) -> Measured:
    """Read a segment to its end, in whichever form it is."""
    told, lines, size, last = sha256(), 0, 0, b"\n"
    with compressed.opened(path) as file:
        while piece := file.read(PIECE):
            told.update(piece)
            lines, size, last = lines + piece.count(b"\n"), size + len(piece), piece[-1:]
    return Measured(lines + (last != b"\n"), size, told.hexdigest())


def size(record: Path) -> int:
    """Return where the next byte of a record will stand; 0 where there is none."""
    last = newest(record)
    return last.start + (files.size(last.path) or compressed.size(last.path))


def size_since(record: Path, instant: datetime) -> int:
    """Return how many bytes stand in the segments that were written to since an instant."""
    for one in of(record):
        form = one.path if one.path.exists() else compressed.beside(one.path)
        with suppress(FileNotFoundError):
            if form.stat().st_mtime >= instant.timestamp():
                return size(record) - one.start
    return 0


def lines(record: Path) -> Iterator[bytes]:
    """Yield the whole lines of a record, without their newlines."""
    return (line for _, line in lines_after(record, 0))


def lines_after(record: Path, place: int) -> Iterator[tuple[int, bytes]]:
    """Yield the whole lines from a place on, each with its own place.

    A last line that is not ended yet is left for the next time; a record that is not there has none.
    """
    listed = of(record)  # before any is read: one that has a successor now is whole
    for one, following in zip_longest(listed, listed[1:]):
        if following is None or place < following.start:
            for at, line in files.lines_after(one.path, max(0, place - one.start)):
                yield one.start + at, line


def line_at(record: Path, place: int) -> bytes | None:
    """Return the line at a place; None where there is none any more."""
    at, line = next(lines_after(record, place), (-1, b""))
    return line if at == place else None


def last_line(record: Path) -> bytes:
    """Return a record's last whole line, without its newline; nothing where there is none."""
    for one in reversed(of(record)):
        with suppress(FileNotFoundError):
            line, _ = files.ending(one.path)
            if line:
                return line[:-1]
    return b""


def place_where(record: Path, is_before: Callable[[bytes], bool]) -> int:
    """Return where in a record, whose lines are in an order, the first line begins that is not before something.

    Looks at some dozen lines, however long the record is. A line that cannot be judged counts as before.
    """
    begins = 0
    for one in reversed(of(record)):
        begins = one.start
        first = next(files.lines_after(one.path, 0), None)
        if first is not None and is_before(first[1]):
            return begins + files.place_where(one.path, is_before)
    return begins


def append_line(record: Path, line: bytes, limits: SegmentLimits) -> None:
    """Make a record longer by one line without waiting for the disk; one that is due begins the next segment.

    Several processes may do so at a time. A line that an earlier writer left unfinished is ended first. Where the
    next segment cannot be begun, the line goes into this one.
    """
    files.make_folder(record.parent)
    while True:
        last = open_one(record)
        with held(last.path) as file:
            if newest(record) == last and not (is_over(file, limits) and begin_next(record, last, file)):
                files.append_to(file, line)
                return


def open_one(record: Path) -> Segment:
    """Return the segment that may be written to: after one that is compressed, the next."""
    last = newest(record)
    if last.path.exists() or not compressed.beside(last.path).exists():
        return last
    end = last.start + compressed.size(last.path)
    return Segment(end, record.with_name(segments.name(record.name, end)))


@contextmanager
def held(path: Path) -> Iterator[int]:
    """Open a segment to write in it, while nobody else does."""
    file = os.open(path, files.APPEND, 0o644)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)


def is_over(file: int, limits: SegmentLimits) -> bool:
    """Say whether an open segment is to be closed before the next line."""
    seen = os.fstat(file)
    written = datetime.fromtimestamp(seen.st_mtime, UTC)
    return segments.is_over(seen.st_size, written, clock.now(), limits)


def begin_next(record: Path, last: Segment, file: int) -> bool:
    """Close a segment for good, and begin the next one. Says whether that could be done.

    What the old one holds is on the disk before the new one has a name; its name says where the old one ended.
    """
    try:
        end = last.start + files.end_line(file)
        with suppress(files.NotSynced):  # what the disk did not confirm is never written to again
            files.sync(file, last.path)
        failpoints.reach(Failpoint.SEGMENT_CLOSED)
        new = record.with_name(segments.name(record.name, end))
        os.close(os.open(new, files.APPEND | os.O_EXCL, 0o644))
        failpoints.reach(Failpoint.SEGMENT_BEGUN)
        files.sync_folder(record.parent)
    except OSError:
        return newest(record) != last
    return True
