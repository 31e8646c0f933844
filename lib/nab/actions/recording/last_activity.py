"""When a run was last seen to get on: by what it calls, prints and changes, never by what its agent says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from nab.edges import clock
from nab.edges.files import records
from nab.edges.untrusted import descriptors
from nab.paths import RunPaths


def seen(paths: RunPaths, session: str = "") -> datetime | None:
    """Return when a run last called anybody, printed anything or changed its workspace; None where nothing is known."""
    moments = []
    for file in witnesses(paths):
        with suppress(OSError):
            moments.append(file.lstat().st_mtime)
    places = [f"{session}/{name}".encode() for name in ("stdout", "stderr")] if session else []
    printed = (descriptors.status(paths.outbox, place) for place in places)
    moments += [found.st_mtime for found in printed if found]
    # An agent can give its own files any time, also one that no calendar has.
    now = clock.now().timestamp()
    return datetime.fromtimestamp(min(max(0, *moments), now), UTC) if moments else None


def witnesses(paths: RunPaths) -> Iterator[Path]:
    """Yield the files of ours that grow when a run gets on."""
    yield records.newest(paths.http).path
    yield from (paths.history / "refs" / "heads").glob("*")
