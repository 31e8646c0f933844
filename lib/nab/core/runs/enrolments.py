"""Who is enrolled, folded from the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from nab.core.facts import AnyFact, EntrantEnrolled, RunForgotten, RunIntended, RunStarted, tag, tags
from nab.core.levels import Submits, submits
from nab.core.log.events import Event


@dataclass(frozen=True)
class Enrolment:
    """Since when an entrant is owed a decision in every round, and in which run's box."""

    entrant: str
    run: str
    since: str
    enrolled: EntrantEnrolled


def enrolments(events: Iterable[Event]) -> dict[str, Enrolment]:
    """Fold who is enrolled, by entrant. The first enrolment says since when, the newest with which box; those
    of runs that were thrown away do not count.

    An agent that submits by itself is enrolled by the start of its run: it may never end.
    """
    found: dict[str, list[Enrolment]] = {}
    intended: dict[str, RunIntended] = {}
    for event in events:
        if not (event.kind in OF_ENROLMENT and event.entrant and event.run):
            continue
        fact = event.fact
        if isinstance(fact, RunIntended):
            intended.setdefault(event.run, fact)
        if isinstance(fact, RunForgotten):
            found[event.entrant] = [one for one in found.get(event.entrant, ()) if one.run != event.run]
        if (enrolled := enrolling(fact, intended.get(event.run))) is not None:
            one = Enrolment(event.entrant, event.run, event.valid, enrolled)
            found.setdefault(event.entrant, []).append(one)
    return {name: replace(all_of[-1], since=all_of[0].since) for name, all_of in found.items() if all_of}


OF_ENROLMENT = tags(RunIntended, RunStarted, EntrantEnrolled, RunForgotten)


def forgotten(events: Iterable[Event]) -> set[str]:
    """Return the entrants of which every run was thrown away."""
    left: dict[str, set[str]] = {}
    for event in events:
        if event.kind in OF_RUNS and event.entrant and event.run:
            if event.kind == FORGOTTEN:
                left.setdefault(event.entrant, set()).discard(event.run)
            else:
                left.setdefault(event.entrant, set()).add(event.run)
    return {entrant for entrant, runs in left.items() if not runs}


FORGOTTEN = tag(RunForgotten)
OF_RUNS = {tag(RunIntended), FORGOTTEN}


def enrolling(fact: AnyFact | None, intended: RunIntended | None) -> EntrantEnrolled | None:
    """Return what an event enrols with, if it enrols."""
    match fact:
        case EntrantEnrolled():
            return fact
        case RunStarted() if intended is not None and submits(intended.level) is Submits.BY_AGENT:
            return EntrantEnrolled(
                agent=intended.agent,
                level=intended.level,
                model=intended.model,
                model_id=intended.model_id,
                replica=intended.replica,
            )
        case _:
            return None
