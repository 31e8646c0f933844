"""The lines of procs.jsonl (docs/processes.md): what appeared, goes on, and is gone, and a summary a minute."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from nab.core.recording.processes.cpu_series import Series
from nab.core.recording.processes.ledger import Changes, KnownProcess, ProcessLedger

LINES_A_LOOK = 100  # of what appeared, and as many of what is gone


class Timed(msgspec.Struct):
    """What every line says."""

    time: str


class ProcessLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What befell one process. Pids `parent` and `pid` are the host's; sizes are bytes, times UTC."""

    time: str
    what: str
    id: str
    pid: int
    inside: int
    parent: int
    group: int
    leader: int
    argv: str
    began: str
    folder: str = ""
    session: str = ""
    by: str = ""
    left: str = ""
    cpu_seconds: float = 0.0
    own_cpu_seconds: float = 0.0
    resident_bytes: int = 0


ANY_LINE = msgspec.json.Decoder(ProcessLine)


class More(msgspec.Struct, frozen=True, kw_only=True):
    """How many have no line of their own, of those that a look found."""

    time: str
    appeared: int
    gone: int
    what: str = "more"


class ProcessSummary(msgspec.Struct, frozen=True, kw_only=True):
    """The box at an instant: processes by session ("": ours), what is left, and its CPU seconds so far."""

    time: str
    boot: str
    processes: dict[str, int]
    leftovers: int
    left_out: int
    resident_bytes: int
    cpu: Series
    what: str = "summary"


def lines(ledger: ProcessLedger, changes: Changes) -> Iterator[ProcessLine | More]:
    """Yield the lines of a look. What is left behind is always told of; of a swarm only the beginning."""
    at = ledger.at
    for what, which, most in (
        ("left", changes.left, LINES_A_LOOK),
        ("appeared", changes.appeared, LINES_A_LOOK),
        ("renamed", changes.renamed, LINES_A_LOOK),
        ("gone", leftovers_first(changes.gone), LINES_A_LOOK),
    ):
        yield from (line(at, what, one) for one in islice(which, most))
    untold = [max(0, len(which) - LINES_A_LOOK) for which in (changes.appeared, changes.gone)]
    if any(untold):
        yield More(time=at, appeared=untold[0], gone=untold[1])


def of(line: ProcessLine | More) -> tuple[str, ...]:
    """Say what a line tells of, whenever it was written."""
    return (line.what, line.id, line.argv) if isinstance(line, ProcessLine) else (line.what,)


def read(line: bytes) -> ProcessLine | None:
    """Read a line that tells of a process again; None for any other."""
    try:
        return ANY_LINE.decode(line)
    except msgspec.DecodeError:
        return None


def time_of(line: bytes) -> str:
    """Return when a line was written, text; empty where it does not say so."""
    try:
        return msgspec.json.decode(line, type=Timed).time
    except msgspec.DecodeError:
        return ""


def leftovers_first(known: Iterable[KnownProcess]) -> list[KnownProcess]:
    return sorted(known, key=lambda one: not one.left)


def line(at: str, what: str, one: KnownProcess) -> ProcessLine:
    """Tell of one process."""
    process = one.process
    return ProcessLine(
        time=at,
        what=what,
        id=process.key,
        pid=process.pid,
        inside=process.inside,
        parent=process.parent,
        group=process.group,
        leader=process.leader,
        argv=process.argv,
        began=process.began,
        folder=process.folder,
        session=one.session,
        by=one.by,
        left=one.left,
        cpu_seconds=round(process.cpu_seconds, 2),
        own_cpu_seconds=round(process.own_cpu_seconds, 2),
        resident_bytes=process.resident_bytes,
    )


def summary(ledger: ProcessLedger, cpu: Series) -> ProcessSummary:
    """Tell of all of them together."""
    counts: dict[str, int] = {}
    for one in ledger.known.values():
        counts[one.session] = counts.get(one.session, 0) + 1
    return ProcessSummary(
        time=ledger.at,
        boot=ledger.boot,
        processes=counts,
        leftovers=sum(bool(one.left) for one in ledger.known.values()),
        left_out=ledger.left_out,
        resident_bytes=sum(one.process.resident_bytes for one in ledger.known.values()),
        cpu=cpu,
    )
