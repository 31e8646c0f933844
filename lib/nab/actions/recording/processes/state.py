"""What is known of the processes of a run, kept in a file between two looks and over the end of whoever looks."""

from __future__ import annotations

import msgspec

from nab.core.recording.processes import record
from nab.core.recording.processes.cpu_series import Series
from nab.core.recording.processes.ledger import ProcessLedger
from nab.edges.files import files, records
from nab.paths import RunPaths

SCHEMA = 1
MOST_READ = 16 << 20  # bytes of the record


class ProcessState(msgspec.Struct, kw_only=True):
    """The ledger, the CPU seconds, and how far into the record of calls (bytes) uploads are known."""

    schema: int = SCHEMA
    ledger: ProcessLedger = msgspec.field(default_factory=ProcessLedger)
    cpu: Series = msgspec.field(default_factory=Series)
    upto: int = 0


def load(paths: RunPaths) -> ProcessState:
    """Return what was known; nothing where nobody looked, or where the file says something else."""
    try:
        state = msgspec.json.decode(paths.process_ledger.read_bytes(), type=ProcessState)
    except (FileNotFoundError, msgspec.DecodeError):
        return ProcessState()
    return state if state.schema == SCHEMA else ProcessState()


def save(paths: RunPaths, state: ProcessState) -> None:
    """Keep it."""
    files.replace_bytes(paths.process_ledger, msgspec.json.encode(state))


def recorded_after(paths: RunPaths, at: str) -> set[tuple[str, ...]]:
    """Return what the record has of the look after the last that was kept: whoever took it died before keeping it."""
    start = max(0, records.size(paths.processes) - MOST_READ)
    place = max(start, records.place_where(paths.processes, lambda line: record.time_of(line) <= at))
    found = (record.read(line) for _, line in records.lines_after(paths.processes, place))
    return {record.of(line) for line in found if line and line.time > at}
