"""The end of a log mended by its next writer: events are kept, what is none is moved aside."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from nab.core.facts import LogRepaired
from nab.core.log.endings import Ending, ending
from nab.core.log.events import decode
from nab.edges import failpoints
from nab.edges.failpoints import Failpoint
from nab.edges.files import files
from nab.edges.log.log_files import present, torn_folder

UNFINISHED = "the last line was unfinished; it is kept in torn/"


def mend(folder: Path) -> list[LogRepaired]:
    """Make the newest segment that was written end in whole lines, and return what is to be told of it.

    Only under the log's lock, and only after the whole log was read: what is moved aside was never acknowledged.
    """
    for segment in reversed(present(folder)):
        path = folder / segment.name
        line, unfinished = files.ending(path)
        if piece := unfinished or line:
            return mend_piece(path, piece, ending(piece))
    return []


def mend_piece(path: Path, piece: bytes, found: Ending) -> list[LogRepaired]:
    """Put the lines of a segment's last piece in its place."""
    lines = b"".join(found.lines)
    if lines == piece:
        return []
    place = path.stat().st_size - len(piece)
    if lines != piece + b"\n":
        files.replace_bytes(torn_folder(path.parent) / f"{path.name}.{place}.{uuid4().hex[:8]}", piece)
        failpoints.reach(Failpoint.LOG_ASIDE)
    if lines:
        files.overwrite(path, place, lines)
    files.cut(path, place + len(lines))
    reason = f"event {decode(found.lines[-1]).seq} had no newline; it counts" if lines else UNFINISHED
    aside = ", and what followed it is kept in torn/" if lines and found.rest else ""
    return [LogRepaired(segment=path.name, moved_bytes=len(found.rest), reason=reason + aside)]
