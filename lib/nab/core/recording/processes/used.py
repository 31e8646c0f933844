"""Which processes use the CPU, a line a minute each: of those that used a hundredth of it since their last line."""

from __future__ import annotations

import msgspec

from nab.core.recording.processes.ledger import CpuMark, KnownProcess, ProcessLedger

MINUTE, SHARE = 60.0, 0.01
LEAST_SECONDS = MINUTE * SHARE  # of CPU
MOST_LINES = 100  # a minute; the busiest


class UsedLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="what", tag="used"):
    """What a process has used since it began, and `since` when it had not used the last of it.

    `own_cpu_seconds` are its own; in `cpu_seconds` are those of the children that it waited for, too.
    """

    time: str
    id: str
    cpu_seconds: float
    own_cpu_seconds: float
    since: str
    session: str = ""
    left: str = ""
    resident_bytes: int = 0


ANY_LINE = msgspec.json.Decoder(UsedLine)


def lines(ledger: ProcessLedger) -> tuple[ProcessLedger, list[UsedLine]]:
    """Return a line for each process that used something since its last one, and the ledger that knows of them."""
    used = {key: grown(ledger, one) for key, one in ledger.known.items()}
    told = sorted(
        (key for key, seconds in used.items() if seconds > LEAST_SECONDS), key=lambda key: -used[key]
    )
    told = told[:MOST_LINES]
    marks = ledger.marks | {key: mark(ledger.known[key], ledger.at) for key in told}
    return msgspec.structs.replace(ledger, marks=marks), [line(ledger, ledger.known[key]) for key in told]


def grown(ledger: ProcessLedger, one: KnownProcess) -> float:
    """Return the CPU seconds that a process has used since its last line, or since it was first seen."""
    before = ledger.marks.get(one.process.key)
    return one.process.cpu_seconds - before.cpu_seconds if before else 0.0


def mark(one: KnownProcess, at: str) -> CpuMark:
    return CpuMark(at, one.process.cpu_seconds)


def line(ledger: ProcessLedger, one: KnownProcess) -> UsedLine:
    """Tell of one process."""
    process = one.process
    return UsedLine(
        time=ledger.at,
        id=process.key,
        cpu_seconds=round(process.cpu_seconds, 2),
        own_cpu_seconds=round(process.own_cpu_seconds, 2),
        since=ledger.marks[process.key].at,
        session=one.session,
        left=one.left,
        resident_bytes=process.resident_bytes,
    )


def read(written: bytes) -> UsedLine | None:
    """Read a line again; None for one that tells of something else."""
    try:
        return ANY_LINE.decode(written)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
