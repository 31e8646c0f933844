"""Make an HTTP archive of a run's calls, line by line: its size does not matter."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec

from nab import __version__
from nab.actions.bench import Bench
from nab.actions.recording.calls import listing
from nab.core.facts import BODIES
from nab.core.recording.calls import har
from nab.core.recording.calls.lines import Call, Phase
from nab.core.runs.runs import Run
from nab.edges.files import files, records

NO_HTTP = frozenset({"DNS", "-"})  # a look-up that was refused, and what could not be read as a call


def export(bench: Bench, run: str) -> Path:
    """Write a run's archive beside its record. Returns where. Raises NabError for a run that has none."""
    run = listing.recorded(bench, run)
    pieces = archive(bench, run)
    file = bench.run(run).har
    files.replace_stream(file, pieces)
    return file


def archive(bench: Bench, run: str) -> Iterator[bytes]:
    """Return a run's archive piece by piece. Raises NabError, before the first, for a run that has none."""
    run = listing.recorded(bench, run)
    paths, found = bench.run(run), bench.runs().get(run)
    return pieces(paths.http, paths.bodies, comment(run, found))


def comment(name: str, run: Run | None) -> str:
    """Say whose calls these are, and what of them is not there."""
    gone = [since for since, one in run.dropped if one.what == BODIES] if run else []
    bodies = f"; the bodies that were kept are gone since {gone[0]}, to make room" if gone else ""
    return f"the calls of run {name}; headers are not recorded{bodies}"


def pieces(record: Path, bodies: Path, comment: str) -> Iterator[bytes]:
    """Yield the archive: its head, an entry a line, its end."""
    log = json.dumps(har.head(__version__, comment))
    yield b'{"log": ' + log.encode()[:-1] + b', "entries": [\n'
    between = b""
    for call in to_tell(record):
        yield between + msgspec.json.encode(har.entry(call, kept_of(call, bodies)))
        between = b",\n"
    yield b"\n]}}\n"


def to_tell(record: Path) -> Iterator[Call]:
    """Yield every call that an archive can hold."""
    return (call for call in listing.told(record) if call.phase == Phase.START or call.method not in NO_HTTP)


def kept_of(call: Call, bodies: Path) -> dict[str, str]:
    """Fetch the bodies that were kept of a call."""
    return {
        which: text
        for which, at in (call.body or {}).items()
        if (text := body(bodies, at, call.id)) is not None
    }


def body(bodies: Path, place: int, id: str) -> str | None:
    """Read the body that stands at a place; None when it is another's, or cannot be read."""
    try:
        told = json.loads(records.line_at(bodies, place) or b"")
        return str(told["text"]) if told["id"] == id else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
