"""A season of claims in the event log of a bench: the events of `claimed`, each appended as it was."""

from __future__ import annotations

from pathlib import Path

from nab.actions.bench import Bench
from nab.core.log.events import Draft
from nab.core.text import times
from nab.edges.log.event_log import EventLog
from support.repository.benches import bench_on
from support.statistics.claimed import Claimed


def bench_with(folder: Path, season: Claimed, settings: str | None = None) -> Bench:
    """Return a bench whose log holds a season, every event known when it was."""
    bench = bench_on(folder, settings)
    append(bench, season.events)
    return bench


def append(bench: Bench, events: list) -> None:
    """Append events as they were known."""
    for known in dict.fromkeys(one.known for one in events):
        drafts = [
            Draft(
                fact=one.fact,
                id=f"{one.id}-{one.seq}",
                entrant=one.entrant,
                round=one.round,
                run=one.run,
                valid=times.parse(one.valid),
            )
            for one in events
            if one.known == known
        ]
        log = EventLog(bench.paths.events, "test", now=lambda known=known: times.parse(known))
        log.append_all(drafts)
