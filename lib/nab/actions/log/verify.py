"""Check that the event log holds all that was written, as it was written, and that no record of calls has a hole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nab.actions.bench import Bench
from nab.actions.log import derived
from nab.core.errors import FAILED, NabError
from nab.core.log import unknown_kinds
from nab.core.log.chain import check_chain
from nab.core.log.endings import Ending, ending
from nab.core.log.events import Event
from nab.core.log.segments import Segment, in_chain
from nab.core.recording.calls.holes import Holes, holes
from nab.core.text.counts import number_of
from nab.edges.files import records
from nab.edges.log import log_files

SHOWN = 10


@dataclass(frozen=True)
class LogReport:
    """What a check of a log found; `head` is the start of the SHA-256 of its last line.

    `ending` says what is wrong with the newest file's end though no event is lost by it; empty where nothing is.
    `unknown` counts the events of kinds that this release does not know: they are no fault.
    """

    events: int
    segments: dict[str, int]
    torn: int
    last_seq: int
    head: str
    problems: tuple[str, ...]
    ending: str = ""
    unknown: dict[str, int] = field(default_factory=dict)


def log_report(folder: Path) -> LogReport:
    """Read a log to its end and list everything in it that is not as it should be.

    That the newest lines are gone altogether is found by whoever reads or writes the log (`nab.edges.log.heads`).
    """
    lines = log_files.read(folder)
    segments = in_chain(lines)
    chain = check_chain(segments)
    wrong_facts = (complaint for event in chain.events if (complaint := unreadable(event)))
    return LogReport(
        events=len(chain.events),
        segments={name: len(lines) for name, lines in segments},
        torn=len(list(log_files.torn_folder(folder).glob("*.jsonl.*"))),
        last_seq=chain.head.seq,
        head=chain.head.prev,
        problems=(*map(str, chain.faults), *wrong_facts),
        ending=odd_ending(lines),
        unknown=unknown_kinds.unknown_kinds(chain.events),
    )


def odd_ending(segments: Sequence[tuple[Segment, Sequence[bytes]]]) -> str:
    """Say what stands at the end of the newest file that was written, other than whole lines; empty where nothing."""
    for segment, lines in reversed(segments):
        if lines:
            found = ending(lines[-1])
            if found == Ending([lines[-1]]):
                return ""
            counted = (
                f"{number_of(len(found.lines), 'event')} without a newline, which count"
                if found.lines
                else ""
            )
            rest = f"{len(found.rest)} bytes that are no event" if found.rest else ""
            return f"{segment.name} ends in {' and '.join(filter(None, (counted, rest)))}"
    return ""


def unreadable(event: Event) -> str:
    """Say what is wrong with an event's fact; empty when it can be read."""
    try:
        _ = event.fact
    except NabError as error:
        return error.message
    return ""


@dataclass(frozen=True)
class Verified:
    """A log that is whole, the files that were made of it, and the records of calls that are not whole, by run."""

    log: LogReport
    remade: int
    right: int
    holes: dict[str, str]

    @property
    def words(self) -> str:
        """Tell it to a person."""
        log = self.log
        torn = f", {log.torn} torn tails kept aside" if log.torn else ""
        odd = f"\n{log.ending}; the next event is written after whole lines" if log.ending else ""
        newer = f"\n{told}" if (told := unknown_kinds.words(log.unknown)) else ""
        missing = "".join(f"\ncalls of run {run}: {found}" for run, found in self.holes.items())
        return (
            f"log: {number_of(log.events, 'event')} in {number_of(len(log.segments), 'segment')}, "
            f"chain intact up to {log.head}{torn}{odd}{newer}\n"
            f"derived files: {self.right} were right, {self.remade} made again{missing}"
        )


def verify(bench: Bench) -> Verified:
    """Check the log and make every derived file again. Raises NabError that lists what is wrong with the log.

    Nothing is derived from a damaged log, or from one that got shorter: the last good files stay.
    """
    report = log_report(bench.paths.events)
    if report.problems:
        listed = "\n     ".join(report.problems[:SHOWN])
        raise NabError(
            f"the event log is damaged in {number_of(len(report.problems), 'place')}:\n     {listed}",
            hint="put the file back from a copy; nothing was derived from it",
            exit_code=FAILED,
        )
    bench.log.read()  # raises where it got shorter
    remade, right = derived.rebuild(bench)
    return Verified(report, remade, right, {run: str(found) for run, found in holes_of(bench).items()})


def holes_of(bench: Bench) -> dict[str, Holes]:
    """Return what is missing from the records of calls, by run. A run that is not over has calls under way."""
    runs, found = bench.runs(), {}
    for name in sorted({file.parent.parent.name for file in bench.paths.runs.glob("*/calls/http.jsonl*")}):
        run, file = runs.get(name), bench.run(name).http
        written = run is not None and run.ended is None
        if missing := holes(records.lines(file), is_written=written):
            found[name] = missing
    return found


def accept_loss(bench: Bench, ends: int) -> str:
    """Have a log that got shorter go on from its end, at `ends`, and say in it what is lost."""
    event = bench.log.accept_loss(ends)
    return f"event {event.seq} says that what followed event {ends} is lost; their numbers are used again"
