"""Where a log stood when it was written last, kept beside its folder: by it a log is found that got shorter.

It is written after the events are on the disk and waits for no disk itself: it may lag behind the log, and is never
ahead of it.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from nab.core.log import heads
from nab.core.log.events import Link
from nab.edges.files import files


def file_of(folder: Path) -> Path:
    """Return where it is kept: not in the folder of the log, which may go as a whole."""
    return folder.with_name(f"{folder.name}.head")


def note(folder: Path, head: Link) -> None:
    """Note how far a log went. Where that cannot be written it lags until the next time."""
    with suppress(OSError):
        files.overwrite(file_of(folder), 0, heads.encode(head))


def noted(folder: Path) -> Link | None:
    """Return what was noted; None where nothing is, or where it cannot be read."""
    try:
        with file_of(folder).open("rb") as file:
            return heads.decode(file.read(heads.LENGTH))
    except OSError:
        return None
