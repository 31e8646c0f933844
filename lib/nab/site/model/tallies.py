"""What became of an entrant so far, counted: rounds by outcome and cause, what it used, how long it was at work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nab.core.facts import Cause, SessionEnded, TurnEnded, tag
from nab.core.log.events import Event
from nab.core.outcomes.outcomes import Status
from nab.core.overview.overview import Row
from nab.core.runs.runs import Run
from nab.core.text import times
from nab.core.usage import costs
from nab.site.model import figures
from nab.site.model.figures import Figure

HARNESS_FIRST = (Cause.HARNESS, Cause.NUMERAI, Cause.AGENT, Cause.UNKNOWN)
WHOSE = {Cause.HARNESS: "ours", Cause.NUMERAI: "Numerai", Cause.AGENT: "agent", Cause.UNKNOWN: "unknown"}
FAILED = {Status.MISSED, Status.REFUSED, Status.DISPUTED, Status.UNREACHABLE}
TURN, SESSION = tag(TurnEnded), tag(SessionEnded)


@dataclass(frozen=True)
class Tally:
    """The counts of an entrant, as figures; None where nothing is on record of it."""

    owed: Figure | None
    verified: Figure | None
    missed: tuple[tuple[str, Figure], ...]
    unowed: Figure | None
    pending: Figure | None
    corrected: Figure | None
    cost: Figure | None
    active: Figure | None


def of_rows(entrant: str, rows: Sequence[Row]) -> dict[str, Figure | None]:
    """Count rounds that were owed and are settled; what is submitted and not final stands apart."""
    settled = [row for row in rows if row.owed and row.outcome.settled]
    verified = [row for row in settled if row.outcome.status is Status.VERIFIED]
    unowed = [row for row in rows if not row.owed and row.outcome.status is Status.VERIFIED]
    pending = [row for row in rows if row.outcome.status is Status.VERIFIED and not row.resolved]
    corrected = [row for row in rows if row.corrected]
    return {
        "owed": counted(settled, f"owed:{entrant}"),
        "verified": counted(verified, f"verified:{entrant}", settled),
        "unowed": counted(unowed, f"unowed:{entrant}"),
        "pending": counted(pending, f"pending:{entrant}", settled),
        "corrected": counted(corrected, f"corrected:{entrant}"),
    }


def missed(entrant: str, rows: Iterable[Row]) -> tuple[tuple[str, Figure], ...]:
    """Count misses by whose doing they were, ours first."""
    failed = [row for row in rows if row.owed and row.outcome.status in FAILED]
    by_cause = Counter(row.outcome.cause or Cause.UNKNOWN for row in failed)
    found = []
    for cause in HARNESS_FIRST:
        if by_cause[cause]:
            of_it = [row for row in failed if (row.outcome.cause or Cause.UNKNOWN) is cause]
            figure = counted(of_it, f"missed:{cause.value}:{entrant}")
            assert figure is not None
            found.append((WHOSE[cause], figure))
    return tuple(found)


def counted(rows: Sequence[Row], key: str, rest: Sequence[Row] = ()) -> Figure | None:
    """Count rows by the newest event that any of them rests on; None where nothing is on record."""
    event = newest_evidence(rows) or newest_evidence(rest)
    return figures.count(len(rows), event=event, key=key) if event else None


def newest_evidence(rows: Iterable[Row]) -> int:
    """Return the newest event that outcomes rest on."""
    return max((seq for row in rows for seq in row.outcome.because), default=0)


def tally(entrant: str, rows: Sequence[Row], runs: Sequence[Run], work: tuple[float, int]) -> Tally:
    """Count everything of an entrant; `work` is its active seconds and the event that told the last of them."""
    cost = None
    usage = [(run.name, one) for run in runs for one in run.usage]
    if usage:
        total = costs.fold(usage)
        event = max(run.upto_seq for run in runs)
        cost = figures.dollars(float(total.usd), event=event, key=f"cost:{entrant}")
    seconds, at = work
    active = figures.hours(seconds, event=at, key=f"active:{entrant}") if at else None
    return Tally(**of_rows(entrant, rows), missed=missed(entrant, rows), cost=cost, active=active)


def work(events: Iterable[Event]) -> dict[str, tuple[float, int]]:
    """Add up, by entrant, the turns that counted; where there are none, the sessions."""
    turns: dict[str, tuple[float, int]] = {}
    sessions: dict[str, tuple[float, int]] = {}
    for event in events:
        if event.kind not in {TURN, SESSION} or event.entrant is None:
            continue
        fact = event.fact
        if isinstance(fact, TurnEnded):
            turns[event.entrant] = added(turns, event, fact.active_seconds)
        elif isinstance(fact, SessionEnded):
            began, ended = times.parse_or_none(fact.began), times.parse_or_none(fact.ended)
            if began and ended:
                sessions[event.entrant] = added(sessions, event, (ended - began).total_seconds())
    return sessions | turns


def added(found: dict[str, tuple[float, int]], event: Event, seconds: float) -> tuple[float, int]:
    """Add a duration."""
    return found.get(event.entrant or "", (0.0, 0))[0] + seconds, event.seq
