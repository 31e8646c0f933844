"""Tell the log how far the records of runs go, with the hash of what is new in each: so what was known when is known.

Looked at once an hour, at runs that go on or ended within a day. Only new bytes are read, and so many at a time at
most; what is left waits for the next look.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import click

from nab.actions.bench import Bench
from nab.core.agents import places
from nab.core.errors import NabError
from nab.core.facts import RecordSeen, RecordsSeen
from nab.core.recording import seen
from nab.core.text import times
from nab.edges import clock
from nab.edges.files import files, records
from nab.paths import RunPaths

MOST_BYTES = 64 << 20
AFTER_ITS_END = timedelta(days=1)
TABLES = {  # of the store, by the name of the record that their rows are of
    "http.jsonl": "calls",
    "resources.jsonl": "resources",
    "procs.jsonl": "processes",
    "packages.jsonl": "installations",
    places.COPIED["stdout"]: "tool_calls",
}


def note(bench: Bench) -> None:
    """Append what is new in the records; most looks append nothing. No trouble with a record stops a tick."""
    events, now = bench.log.events(), clock.now()
    if not seen.is_due(events, now):
        return
    known, found, left = seen.lengths(events), [], MOST_BYTES
    for path, name in of_all(bench, now):
        try:
            told = piece(path, name, known[name].length if name in known else 0, left)
        except (NabError, OSError, EOFError, zlib.error) as error:
            click.echo(f"nab: {name} is not put on record: {error}", err=True)
            continue
        if told is not None:
            found.append(told)
            left -= told.length - told.start
    if found:
        bench.log.append(RecordsSeen(records=tuple(found)))


def of_all(bench: Bench, now: datetime) -> Iterator[tuple[Path, str]]:
    """Yield the records of every run that may still grow, each with the name by which the log tells of it."""
    since = times.text(now - AFTER_ITS_END)
    for run, one in bench.runs().items():
        if one.ended is None or one.since >= since:
            paths = bench.run(run)
            for path in of_run(paths):
                yield path, f"{run}/{path.relative_to(paths.root)}"


def of_run(paths: RunPaths) -> Iterator[Path]:
    """Yield the records of a run that questions are answered by and that grow by lines."""
    yield from (paths.http, paths.bodies, paths.resources, paths.processes, paths.packages)
    yield paths.predictions_list
    copied = paths.sessions.iterdir() if paths.sessions.is_dir() else ()
    for folder in sorted(copied):
        if places.SESSION.fullmatch(folder.name):
            yield folder / places.COPIED["stdout"]


def piece(path: Path, name: str, known: int, most: int) -> RecordSeen | None:
    """Read what is new in a record, in whole lines; None where nothing is.

    One that is shorter than it was is another one, and is told from its beginning.
    """
    if path.name == places.COPIED["stdout"] and known and files.size(path) == known:
        return None  # as most copies are, of which there are many: without a look at their folders
    size = records.size(path)
    if size == known or most <= 0:
        return None
    start = known if size > known else 0
    digest, end = sha256(), start
    for at, line in records.lines_after(path, start):
        if end - start >= most:
            break
        digest.update(line + b"\n")
        end = at + len(line) + 1
    return RecordSeen(name, start, end, digest.hexdigest()) if end > start else None


def standing(bench: Bench, upto: int) -> str:
    """Say what of the records that the log told of by an event is still there; nothing where it told of none."""
    found = seen.lengths(bench.log.events(), upto)
    if not found:
        return ""
    counts = dict.fromkeys(("from bytes", "from sealed rows", "gone"), 0)
    for name, told in found.items():
        counts[where(bench, name, told.length)] += 1
    words = ", ".join(f"{count} {what}" for what, count in counts.items())
    return f"records of runs as of event {upto}, by their lengths: {words}"


def where(bench: Bench, name: str, length: int) -> str:
    """Say whether a record is there as far as it was told, or the store has rows of its run's, or neither."""
    run = seen.run_of(name)
    path = bench.paths.runs / name
    try:
        if records.there(path) and records.size(path) >= length:
            return "from bytes"
    except (OSError, EOFError, zlib.error):
        pass
    if path.name not in TABLES:
        return "gone"
    folder = bench.paths.store / TABLES[path.name] / run
    return "from sealed rows" if folder.is_dir() and any(folder.iterdir()) else "gone"
