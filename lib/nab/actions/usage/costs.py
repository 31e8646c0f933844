"""What runs have used: tokens, dollars and time, for a terminal or a program. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from nab.actions.bench import Bench
from nab.actions.usage.counting import own_facts, place_of, program_of, quiet, summed
from nab.core.errors import NabError
from nab.core.facts import UsageCounted
from nab.core.log.events import Event
from nab.core.runs import choice
from nab.core.runs.runs import Run
from nab.core.text import times
from nab.core.text.counts import number_of
from nab.core.text.tables import Report
from nab.core.usage import cost_tables
from nab.core.usage.costs import Totals, fold
from nab.core.usage.working_time import Spent, spent
from nab.edges import clock


@dataclass(frozen=True)
class Costs:
    """What some runs used together."""

    runs: tuple[str, ...]
    totals: Totals
    time: Spent

    @property
    def told(self) -> dict[str, Any]:
        """Return it as plain values; times are seconds."""
        time = {"working": self.time.working, "waiting": self.time.waiting, "wall": self.time.wall}
        return {"runs": list(self.runs), **msgspec.to_builtins(self.totals.told), "seconds": time}


def costs(bench: Bench, run: str = "", entrant: str = "") -> Costs:
    """Gather what a run, all runs of an entrant, or the newest run used, up to now.

    Raises NabError for one that is not known.
    """
    events = bench.log.events()
    chosen = choose(list(bench.runs().values()), run, entrant)
    counted = [(one.name, fact) for one in chosen for fact in now(bench, one, events)]
    return Costs(tuple(one.name for one in chosen), fold(counted), time_of(bench, chosen, events))


def choose(known: Sequence[Run], run: str, entrant: str) -> list[Run]:
    """Return the runs that are asked for."""
    if run and entrant:
        raise NabError("both a run and an entrant are given", hint="give one of --run and --entrant")
    if entrant:
        found = [one for one in known if one.entrant == entrant]
        names = sorted({one.entrant for one in known})
        if not found:
            raise NabError(f"no run of {entrant!r}", hint=f"entrants that have run: {listed(names)}")
        return found
    meant = choice.named([one.name for one in known], run)
    return [one for one in known if one.name == meant]


def listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "none yet; make run AGENT=claude LEVEL=L3 starts one"


def now(bench: Bench, run: Run, events: Sequence[Event]) -> Iterator[UsageCounted]:
    """Yield what the log has of a run's use, and what it has not yet."""
    logged = [
        event.fact for event in events if event.run == run.name and isinstance(event.fact, UsageCounted)
    ]
    yield from logged
    counted = [fact for fact in logged if fact.answers]
    sums, upto = summed(bench, run.name, place_of(counted))
    since = list(sums.facts("", upto))
    yield from since
    adapter = program_of(bench, run)
    if adapter and not any(fact.own for fact in logged):
        answered = [fact.model for fact in (*counted, *since) if fact.provider == adapter.provider]
        yield from own_facts(bench, run.name, adapter, answered, upto)


def time_of(bench: Bench, chosen: Sequence[Run], events: Sequence[Event]) -> Spent:
    """Add up how the time of some runs was spent."""
    working, wall = 0.0, 0.0
    waiting: dict[str, float] = {}
    for run in chosen:
        one = spent([event for event in events if event.run == run.name], clock.now(), asleep(bench, run))
        working, wall = working + one.working, wall + one.wall
        for reason, seconds in one.waiting.items():
            waiting[reason] = waiting.get(reason, 0.0) + seconds
    return Spent(working, waiting, wall)


def asleep(bench: Bench, run: Run) -> float:
    """Return how long (seconds) the program of a session that still goes on has slept."""
    one = run.open_session
    return quiet(bench, run, one.name, times.parse(one.at), clock.now()) if one else 0.0


def show(found: Costs) -> Report:
    """Write it for a person."""
    what = found.runs[0] if len(found.runs) == 1 else number_of(len(found.runs), "run")
    return cost_tables.written(what, found.totals, found.time)
