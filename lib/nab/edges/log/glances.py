"""A log looked at by the ends of its files only: whether they fit together, and where its chain stands."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from nab.core.log.events import FIRST, Damaged, Event, Link, decode, link
from nab.core.log.heads import is_before
from nab.core.log.segments import Segment
from nab.edges.files import files
from nab.edges.log.checkpoints import Header
from nab.edges.log.log_files import lines_with


def head(folder: Path, segments: Sequence[Segment]) -> Link | None:
    """Return where the chain of a log stands; None where its last line is not whole."""
    for segment in reversed(segments):
        line, unfinished = files.ending(folder / segment.name)
        if line or unfinished:
            event = None if unfinished else event_of(line)
            return link(event, line) if event else None
    return FIRST


def joined(folder: Path, segments: Sequence[Segment]) -> bool:
    """Say whether each segment goes on where the one before it ended, the first from the beginning.

    One that was left because of an I/O error may hold more than its successor goes on from.
    """
    written = [one for one in segments if files.size(folder / one.name)]
    starts = all(follows(folder / one.name, FIRST) for one in written[:1])
    return starts and all(
        one.next == after or follows(folder / after.name, head(folder, [one]))
        for one, after in pairwise(written)
    )


def follows(path: Path, before: Link | None) -> bool:
    """Say whether a segment goes on from a place in the chain."""
    with path.open("rb") as file:
        event = event_of(file.readline())
    return event is not None and before == (event.seq - 1, event.prev)


def goes_on_from(folder: Path, segments: Sequence[Segment], place: Link) -> bool:
    """Say whether the newest segment that was written goes on from a place in the chain."""
    for segment in reversed(segments):
        if files.size(folder / segment.name):
            after = b'"seq":%d,' % (place.seq + 1)
            lines = lines_with((folder / segment.name).read_bytes(), [after])
            return any(event is not None and is_before([event], place) for event in map(event_of, lines))
    return False


def holds(folder: Path, kept: Header | None) -> bool:
    """Say whether a log has the event up to which a checkpoint was made of it, where that stood then."""
    if kept is None or not kept.sizes:
        return True
    segment, size = kept.sizes[-1]
    path = folder / segment.name
    if files.size(path) < size:
        return False
    with path.open("rb") as file:
        file.seek(max(0, size - files.WINDOW_BYTES))
        line = file.read(size - file.tell()).rstrip(b"\n").rpartition(b"\n")[2] + b"\n"
    event = event_of(line)
    return event is not None and link(event, line) == kept.head


def event_of(line: bytes) -> Event | None:
    """Read a line; None where it is not as it was written."""
    try:
        return decode(line)
    except Damaged:
        return None
