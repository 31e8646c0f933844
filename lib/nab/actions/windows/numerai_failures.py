"""Before an agent that submits by itself is blamed for a miss: did Numerai fail its calls? Its proxy has seen them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from nab.actions.bench import Bench
from nab.core.facts import Cause
from nab.core.outcomes import clock_skew, numerai_failures
from nab.core.outcomes.outcomes import Outcome, Status
from nab.core.recording.calls import lines
from nab.core.recording.calls.lines import Call, Line
from nab.core.text import times
from nab.core.windows.rounds import BareRound, Round
from nab.edges import clock
from nab.edges.files import records

STILL_ASKED = timedelta(days=2)  # after a close; by then it is judged
AROUND = timedelta(
    minutes=5
)  # a line is written when its call ends: the order of their times is only about right


def look(bench: Bench) -> int:
    """Write down what Numerai failed in windows that an agent is blamed for. Returns how many there were."""
    found = 0
    wrong = clock_skew.offset(bench.log.events())
    for row in bench.standings().rows:
        if isinstance(row.round, BareRound) or not is_blamed(row.outcome, row.round, clock.now() + wrong):
            continue
        # The proxy tells the time by our clock.
        window = Round(row.round.number, row.round.opens - wrong, row.round.closes - wrong)
        if fact := numerai_failures.trouble(calls(bench, row.entrant, window), window):
            key = f"trouble:{row.entrant}:{row.round.number}"
            bench.log.append(fact, entrant=row.entrant, round=row.round.number, id=key)
            found += 1
    return found


def is_blamed(found: Outcome, window: Round, now: datetime) -> bool:
    """Say whether a miss of a window that closed not long ago is an agent's."""
    fresh = now < window.closes + STILL_ASKED
    return found.status is Status.MISSED and found.cause is Cause.AGENT and fresh


def calls(bench: Bench, entrant: str, window: Round) -> Iterator[Call]:
    """Yield the calls of the window from the records of the entrant's runs."""
    for run in bench.standings().runs.values():
        record = bench.run(run.name).http
        if run.entrant == entrant and records.there(record):
            yield from of_window(record, window)


def of_window(record: Path, window: Round) -> Iterator[Call]:
    """Yield the calls that began about then. However long the record is, only that part of it is read."""
    begins, ends = window.opens - AROUND, window.closes + AROUND
    place = records.place_where(record, lambda line: is_before(line, begins))
    for _, line in records.lines_after(record, place):
        at = time_of(line)
        if at is not None and at >= ends:
            return
        yield from lines.calls([line])


def is_before(line: bytes, instant: datetime) -> bool:
    at = time_of(line)
    return at is None or at < instant


def time_of(line: bytes) -> datetime | None:
    """Return when a line's call began; None where it does not say."""
    told = lines.decode(line, Line)
    return times.parse_or_none(told.time) if told else None
