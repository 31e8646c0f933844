"""Who is enrolled, folded from the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nab.core.facts import AnyFact, EntrantEnrolled, RunIntended, RunStarted, tags
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
    """Fold who is enrolled, by entrant. The first enrolment says since when, the newest with which box.

    An agent that submits by itself is enrolled by the start of its run: it may never end.
    """
    found: dict[str, Enrolment] = {}
    intended: dict[str, RunIntended] = {}
    for event in events:
        if not (event.kind in OF_ENROLMENT and event.entrant and event.run):
            continue
        fact = event.fact
        if isinstance(fact, RunIntended):
            intended.setdefault(event.run, fact)
        if (enrolled := enrolling(fact, intended.get(event.run))) is not None:
            since = found[event.entrant].since if event.entrant in found else event.valid
            found[event.entrant] = Enrolment(event.entrant, event.run, since, enrolled)
    return found


OF_ENROLMENT = tags(RunIntended, RunStarted, EntrantEnrolled)


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
