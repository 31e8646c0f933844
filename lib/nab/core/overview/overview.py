"""The whole state of the benchmark, folded from one prefix of the log."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime

from nab.core.log.events import Event
from nab.core.outcomes import attribution, clock_skew, evidence, outcomes
from nab.core.outcomes.corrections import Correction, correction
from nab.core.outcomes.evidence import TICK, Evidence
from nab.core.outcomes.outcomes import Outcome
from nab.core.runs import runs
from nab.core.runs.enrolments import Enrolment, enrolments
from nab.core.runs.runs import Run
from nab.core.scores import scores
from nab.core.scores.metrics import DECIDING
from nab.core.scores.scores import Score
from nab.core.text import times
from nab.core.windows import rounds
from nab.core.windows.rounds import Round


@dataclass(frozen=True)
class Row:
    """One entrant in one round."""

    entrant: str
    round: Round
    outcome: Outcome
    scores: dict[str, Score]
    made_by: str = ""
    corrected: Correction | None = None

    @property
    def words(self) -> str:
        """The outcome, and what was said before if that was something else."""
        corrected = f" ({self.corrected.words})" if self.corrected else ""
        return f"{self.outcome.words}{corrected}"

    @property
    def resolved(self) -> bool:
        """Whether the scores that decide are final: those of 20 days."""
        return all(one.name in self.scores and self.scores[one.name].final for one in DECIDING)


@dataclass(frozen=True)
class Standings:
    """Runs, enrolments, rounds and a row for every entrant in every round it was owed."""

    upto_seq: int
    as_of: str
    runs: dict[str, Run]
    enrolments: dict[str, Enrolment]
    rounds: dict[int, Round]
    rows: tuple[Row, ...]
    newest_tick: str | None


def owed(enrolment: Enrolment, window: Round) -> bool:
    """Say whether the round had yet to open when the entrant was enrolled."""
    return window.opens >= times.parse(enrolment.since)


def standings(
    events: Sequence[Event],
    now: datetime | None = None,
    known: Evidence | None = None,
    closed: Container[int] = (),
) -> Standings:
    """Fold the log. Without `now` the log's own last instant is the present: same log, same answer.

    `known` is what was gathered of these events already. A round that is `closed` has no rows.
    """
    enrolled, windows = enrolments(events), rounds.seen(events)
    known, newest = known or evidence.gather(events), scores.newest(events)
    as_of = events[-1].known if events else ""
    ticks = [event for event in events if event.kind == TICK]
    present = now or (times.parse(as_of) + clock_skew.offset(ticks) if as_of else None)
    makers = attribution.makers(events)
    rows = [
        Row(
            entrant=name,
            round=window,
            outcome=outcome,
            scores=newest.get((name, window.number), {}),
            made_by=makers.get(outcome.submission or "", ""),
            corrected=correction(known, name, window, outcome),
        )
        for window in windows.values()
        if window.number not in closed
        for name, enrolment in sorted(enrolled.items())
        if present is not None and owed(enrolment, window)
        for outcome in (outcomes.outcome(known, name, window, present),)
    ]
    return Standings(
        upto_seq=events[-1].seq if events else 0,
        as_of=as_of,
        runs=runs.runs(events),
        enrolments=enrolled,
        rounds=windows,
        rows=tuple(rows),
        newest_tick=ticks[-1].known if ticks else None,
    )
