"""Keep what of the log is under way, so that the next look need not read what is closed."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from nab.actions.bench import Bench
from nab.core.log.closed_periods import Closed
from nab.core.outcomes.evidence import gather
from nab.core.outcomes.outcomes import settles
from nab.core.overview import round_summaries
from nab.core.overview.compaction import compacted, rounds_over, runs_over
from nab.core.overview.overview import Standings, standings
from nab.core.text import times
from nab.edges import failpoints
from nab.edges.failpoints import Failpoint
from nab.edges.log import checkpoints

MORE_EVENTS = 1000  # come between two checkpoints


def renew(bench: Bench, more: int = MORE_EVENTS) -> bool:
    """Write a checkpoint when so many events have come since the last. Call it when all is published."""
    read = bench.log.read()
    events = read.chain.events
    if len(events) - read.kept < more:
        return False
    # Of this one read, not the bench's, which may know of more by now.
    known = gather(events)
    now = standings(events, known=known, closed=read.closed.rounds)
    closed = also_closed(read.closed, now, rounds_over(events, now), runs_over(events, now))
    failpoints.reach(Failpoint.CHECKPOINT_DUE)
    checkpoints.save(bench.paths.checkpoint, read, compacted(events, known, now, closed), closed)
    return True


def also_closed(before: Closed, now: Standings, rounds: Collection[int], runs: Collection[str]) -> Closed:
    """Close more, each round with what was published of it."""
    told: dict[int, dict[str, msgspec.Raw]] = {number: {} for number in rounds if number not in before.rounds}
    for row in now.rows:
        if row.round.number in told:
            told[row.round.number][row.entrant] = msgspec.Raw(
                msgspec.json.encode(round_summaries.outcome(row))
            )
    settled = [times.text(settles(now.rounds[number])) for number in told]
    return Closed(before.rounds | told, before.runs | frozenset(runs), max([before.upto, *settled]))
