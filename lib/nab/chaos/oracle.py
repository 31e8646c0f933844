"""What must hold of every state folder, whatever was done to it: one judge for all campaigns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from nab.actions.bench import Bench
from nab.actions.log import derived
from nab.actions.log.verify import log_report
from nab.core.facts import BoxEnded, EntrantEnrolled, RunStarted, Tick
from nab.core.log.events import Event
from nab.core.runs.enrolments import enrolments

Truth = Mapping[tuple[str, int], str]


def complaints(bench: Bench, truth: Truth | None = None) -> list[str]:
    """Say everything that does not hold: nothing where all is well. `truth` is what each outcome has to be.

    The log is intact; derived files are what a rebuild gives; no start of a run came twice; every tick decided for
    all who were enrolled; every outcome is the truth.
    """
    report = log_report(bench.paths.events)
    if report.problems:
        return [f"the log: {problem}" for problem in report.problems]
    anew = Bench(bench.config, "oracle")
    events = anew.log.events()
    return [
        *not_as_rebuilt(anew),
        *started_twice(events),
        *undecided(events),
        *untrue(anew, truth or {}),
    ]


def not_as_rebuilt(bench: Bench) -> Iterator[str]:
    """Find derived files that are not what the whole log gives."""
    for path, content in derived.derived(bench.paths, bench.standings()).items():
        if not path.exists() or path.read_bytes() != content:
            yield f"{path.relative_to(bench.paths.root)} is not what the log gives"


def started_twice(events: Sequence[Event]) -> Iterator[str]:
    """Find runs that were started again although nothing had ended them."""
    going: set[str] = set()
    for event in events:
        if isinstance(event.fact, BoxEnded):
            going.discard(event.run or "")
        elif isinstance(event.fact, RunStarted):
            if event.run in going:
                yield f"{event.run} was started twice, again by event {event.seq}"
            going.add(event.run or "")


def undecided(events: Sequence[Event]) -> Iterator[str]:
    """Find ticks without a decision for somebody who was enrolled by then."""
    enrolled: set[str] = set()
    changed = False
    for place, event in enumerate(events):
        changed |= isinstance(event.fact, RunStarted | EntrantEnrolled)
        if isinstance(event.fact, Tick):
            if changed:
                enrolled, changed = set(enrolments(events[:place])), False
            for name in sorted(enrolled - set(event.fact.decisions)):
                yield f"tick {event.seq} has no decision for {name}"


def untrue(bench: Bench, truth: Truth) -> Iterator[str]:
    """Find outcomes that are not what was so."""
    told = {(row.entrant, row.round.number): row.outcome.words for row in bench.standings().rows}
    for (entrant, number), words in truth.items():
        found = told.get((entrant, number), "no row")
        if not found.startswith(words):
            yield f"{entrant} in round {number}: {found}, and in truth {words}"
