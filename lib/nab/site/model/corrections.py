"""What was said otherwise before: outcomes that changed, scores whose value changed, verdicts that were taken back.

A value that is told again for a flag is no correction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nab.core.facts import ClaimWithdrawn, ScoreSeen
from nab.core.log.events import Event
from nab.core.overview.overview import Row
from nab.core.scores.metrics import NAMED
from nab.core.scores.scores import SCORE
from nab.site.model.figures import signed_text


@dataclass(frozen=True)
class Correction:
    """What was corrected: whose, what was said until when, what is said since, and the event that changed it."""

    at: str
    event: int
    what: str
    before: str
    now: str
    entrant: str = ""
    round: int = 0
    claim: str = ""


def corrections(events: Iterable[Event], rows: Iterable[Row]) -> list[Correction]:
    """Return all corrections, the newest first."""
    found = [*of_outcomes(rows), *of_the_log(events)]
    return sorted(found, key=lambda one: (one.at, one.event, one.what), reverse=True)


def of_outcomes(rows: Iterable[Row]) -> Iterator[Correction]:
    """Yield the outcomes that better evidence changed."""
    for row in rows:
        if row.corrected is not None:
            was = row.corrected
            yield Correction(
                was.until, was.seq, "outcome", was.old, row.outcome.words, row.entrant, row.round.number
            )


def of_the_log(events: Iterable[Event]) -> Iterator[Correction]:
    """Yield scores of a final day whose value changed, and verdicts that hold no more."""
    told: dict[tuple[str, int, str, str, str, int], float] = {}
    for event in events:
        if event.kind == SCORE and isinstance(fact := event.fact, ScoreSeen):
            metric = NAMED.get(fact.metric)
            if metric is None or fact.value is None or fact.day != metric.horizon:
                continue
            entrant, number = event.entrant or "", event.round or 0
            key = (entrant, number, fact.submission, fact.metric, fact.version, fact.day)
            before = told.get(key)
            if before is not None and before != fact.value:
                words = signed_text(before), signed_text(fact.value)
                yield Correction(event.known, event.seq, f"{metric.title}, final", *words, entrant, number)
            told[key] = fact.value
        elif isinstance(withdrawn := event.fact if event.kind == "claim.withdrawn" else None, ClaimWithdrawn):
            causes = ", ".join(withdrawn.causes)
            yield Correction(
                event.known,
                event.seq,
                "verdict",
                withdrawn.verdict,
                f"withdrawn: {causes}",
                claim=withdrawn.claim,
            )
