"""What the sessions of a run said and did, read from what they printed and from their transcripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from nab.actions.bench import Bench
from nab.actions.transcripts import chosen_runs, streams
from nab.actions.transcripts.streams import Stream
from nab.core.agents.adapters import Adapter
from nab.core.agents.events import AnyEvent
from nab.core.agents.lines import Cutter, Reader
from nab.core.agents.readers import of_output
from nab.core.agents.tallies import Tally
from nab.core.errors import NabError
from nab.edges.untrusted import tails
from nab.paths import RunPaths

HEAD, TAIL = 1 << 20, 1 << 30  # of what a session printed: a program that fills the disk does not hold us up
TEXT = 16_384
NAMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")  # it becomes a word of a command


def tally(paths: RunPaths, session: str, adapter: Adapter) -> Tally:
    """Sum up what a session printed, up to its last byte. A session that left nothing has an empty sum."""
    sum_so_far, reader, cutter = Tally(), of_output(adapter.output), Cutter()
    for event in printed(paths, session, reader, cutter):
        sum_so_far.see(event)
    sum_so_far.unreadable = reader.broken + cutter.dropped
    return sum_so_far


def conversation(told: Tally) -> str:
    """Return the program's conversation id, used to resume it; empty if it printed no valid one."""
    return told.session if NAMED.fullmatch(told.session) else ""


def printed(paths: RunPaths, session: str, reader: Reader, cutter: Cutter) -> Iterator[AnyEvent]:
    """Yield the events of what a session printed, from where its programs wrote it."""
    with suppress(OSError):  # not there, or no file of the kind that a session leaves
        for piece in tails.pieces(paths.outbox, f"{session}/stdout", head=HEAD, tail=TAIL):
            for line in cutter.cut(piece):
                yield from reader.read(line)
    for line in cutter.whole():
        yield from reader.read(line)


def stderr_tail(paths: RunPaths, session: str, most: int = TEXT) -> str:
    """Return the end of what a session wrote beside its events: lines of its output that are none, its standard error.

    At most `most` bytes of each are looked at.
    """
    output = tails.end(paths.outbox, f"{session}/stdout", most)
    lines = output.split(b"\n")[1 if len(output) == most else 0 :]
    stray = [line for line in lines if line.strip() and not line.lstrip().startswith(b"{")]
    complaint = tails.end(paths.outbox, f"{session}/stderr", most)
    return b"\n".join([*stray, complaint]).decode("utf-8", "replace")


def events(paths: RunPaths, adapter: Adapter, session: str = "") -> Iterator[AnyEvent]:
    """Yield the events of what a run's sessions printed, or one of them, oldest first, from our copies."""
    for one in [session] if session else streams.sessions(paths):
        stream = Stream(paths, one, adapter)
        yield from stream.news()
        yield from stream.rest()


def kept(paths: RunPaths, adapter: Adapter, session: str = "") -> Iterator[AnyEvent]:
    """Yield the events of a run's transcripts, file by file, or those of one session's conversation."""
    only = named(paths, adapter, session) if session else ""
    for copy in streams.transcript_copies(paths):
        for event in streams.transcript(paths, copy, adapter):
            if not session or (only and event.session == only):
                yield event


def named(paths: RunPaths, adapter: Adapter, session: str) -> str:
    """Return the program's own id of a session's conversation, the last that it named."""
    told = Tally()
    for event in events(paths, adapter, session):
        told.see(event)
    return told.session


def of_run(bench: Bench, run: str, session: str = "", *, home: bool = False) -> Iterator[AnyEvent]:
    """Yield the events of a run's sessions as they were printed, or with `home` as their transcripts have them.

    Raises NabError, before the first, where there is no such run or session.
    """
    found = bench.run_named(run)
    adapter, paths = chosen_runs.adapter_of(bench, found), bench.run(found.name)
    known = streams.sessions(paths)
    if session and session not in known:
        raise NabError(
            f"no session {session!r} in {found.name}", hint=f"its sessions: {', '.join(known) or 'none'}"
        )
    return (kept if home else events)(paths, adapter, session)
