"""Make an HTTP archive of a run's calls, line by line: its size does not matter."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec

from nab import __version__
from nab.actions.bench import Bench
from nab.core.errors import NabError
from nab.core.facts import BODIES
from nab.core.recording.calls import har, lines
from nab.core.recording.calls.lines import Call, Phase
from nab.core.runs.runs import Run
from nab.edges.files import files, records

SHOWN = 5
NO_HTTP = frozenset({"DNS", "-"})  # a look-up that was refused, and what could not be read as a call


def export(bench: Bench, run: str) -> Path:
    """Write a run's archive beside its record. Returns where. Raises NabError for a run that has none."""
    pieces = archive(bench, run)
    file = bench.run(run).har
    files.replace_stream(file, pieces)
    return file


def archive(bench: Bench, run: str) -> Iterator[bytes]:
    """Return a run's archive piece by piece. Raises NabError, before the first, for a run that has none."""
    paths = bench.run(run)
    if not run or "/" in run or not records.there(paths.http):
        raise NabError(f"no run {run!r} with recorded calls", hint=known_runs(bench.paths.runs))
    found = bench.runs().get(run)
    return pieces(paths.http, paths.bodies, comment(run, found))


def known_runs(folder: Path) -> str:
    """Say which runs can be asked for, the newest first."""
    found = sorted({file.parent.parent.name for file in folder.glob("*/calls/http.jsonl*")}, reverse=True)
    return f"make har RUN={found[0]}; known: {', '.join(found[:SHOWN])}" if found else "make run records one"


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
    """Yield every call once: by its end, or by its beginning when there is no end."""
    begun: dict[str, Call] = {}
    for call in lines.calls(records.lines(record)):
        if call.phase == Phase.START:
            begun[call.id] = call
        elif call.is_call and call.method not in NO_HTTP:
            begun.pop(call.id, None)
            yield call
    yield from begun.values()


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
