"""Check that the event log, and the records of calls, are as they were written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nab.actions.bench import Bench
from nab.actions.log import derived
from nab.core.errors import FAILED, NabError
from nab.core.log.chain import check_chain
from nab.core.log.events import Event
from nab.core.log.segments import in_chain
from nab.core.recording.calls.holes import Holes, holes
from nab.edges.files import compressed
from nab.edges.log import log_files

SHOWN = 10


@dataclass(frozen=True)
class LogReport:
    """What a check of a log found; `head` is the start of the SHA-256 of its last line."""

    events: int
    segments: dict[str, int]
    torn: int
    last_seq: int
    head: str
    problems: tuple[str, ...]


def log_report(folder: Path) -> LogReport:
    """Read a log to its end and list everything in it that is not as it should be.

    That the newest lines are gone altogether shows only against a copy: compare `last_seq` and `head`.
    """
    segments = in_chain(log_files.read(folder))
    chain = check_chain(segments)
    wrong_facts = (complaint for event in chain.events if (complaint := unreadable(event)))
    return LogReport(
        events=len(chain.events),
        segments={name: len(lines) for name, lines in segments},
        torn=len(list(log_files.torn_folder(folder).glob("*.jsonl.*"))),
        last_seq=chain.head.seq,
        head=chain.head.prev,
        problems=(*map(str, chain.faults), *wrong_facts),
    )


def unreadable(event: Event) -> str:
    """Say what is wrong with an event's fact; empty when it can be read."""
    try:
        _ = event.fact
    except NabError as error:
        return error.message
    return ""


def verify(bench: Bench) -> str:
    """Check the log and make every derived file again. Raises NabError that lists what is wrong with the log.

    Nothing is derived from a damaged log: the last good files stay.
    """
    report = log_report(bench.paths.events)
    if report.problems:
        listed = "\n     ".join(report.problems[:SHOWN])
        raise NabError(
            f"the event log is damaged in {len(report.problems)} places:\n     {listed}",
            hint="put the file back from a copy; nothing was derived from it",
            exit_code=FAILED,
        )
    remade, right = derived.rebuild(bench)
    torn = f", {report.torn} torn tails kept aside" if report.torn else ""
    missing = "".join(f"\ncalls of run {run}: {found}" for run, found in holes_of(bench).items())
    return (
        f"log: {report.events} events in {len(report.segments)} segments, chain intact up to {report.head}{torn}\n"
        f"derived files: {right} were right, {remade} made again{missing}"
    )


def holes_of(bench: Bench) -> dict[str, Holes]:
    """Return what is missing from the records of calls, by run. A run that is not over has calls under way."""
    runs, found = bench.runs(), {}
    for name in sorted({file.parent.parent.name for file in bench.paths.runs.glob("*/calls/http.jsonl*")}):
        run, file = runs.get(name), bench.run(name).http
        if not compressed.there(file):
            continue
        with compressed.opened(file) as record:
            if missing := holes(record, is_written=run is not None and run.ended is None):
                found[name] = missing
    return found
