"""The whole state of the benchmark, folded from one prefix of the log."""

from __future__ import annotations

import math
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from nab.core.log.events import Event
from nab.core.outcomes import attribution, clock_skew, evidence, outcomes
from nab.core.outcomes.corrections import Correction, correction
from nab.core.outcomes.evidence import TICK, Evidence
from nab.core.outcomes.outcomes import Outcome
from nab.core.runs import enrolments, runs
from nab.core.runs.enrolments import Enrolment
from nab.core.runs.runs import Run
from nab.core.scores import scores
from nab.core.scores.metrics import DECIDING
from nab.core.scores.scores import Score
from nab.core.text import times
from nab.core.windows import rounds
from nab.core.windows.rounds import BareRound, Round

NOT_OWED = "not owed"


@dataclass(frozen=True)
class Row:
    """One entrant in one round. Where the round was not `owed`, there is one because something was seen."""

    entrant: str
    round: Round | BareRound
    outcome: Outcome
    scores: dict[str, Score]
    made_by: str = ""
    corrected: Correction | None = None
    owed: bool = True

    @property
    def words(self) -> str:
        """The outcome, whether it was not owed, and what was said before if that was something else."""
        marked = "" if self.owed else f" ({NOT_OWED})"
        corrected = f" ({self.corrected.words})" if self.corrected else ""
        return f"{self.outcome.words}{marked}{corrected}"

    @property
    def resolved(self) -> bool:
        """Whether the scores that decide are final: those of 20 days."""
        return all(one.name in self.scores and self.scores[one.name].final for one in DECIDING)


@dataclass(frozen=True)
class Standings:
    """Runs, enrolments, rounds, and a row for every entrant in every round that it was owed or was seen in.

    `rounds` are those whose times were told; a row may be of another one.
    """

    upto_seq: int
    as_of: str
    runs: dict[str, Run]
    enrolments: dict[str, Enrolment]
    rounds: dict[int, Round]
    rows: tuple[Row, ...]
    newest_tick: str | None

    @property
    def numbers(self) -> list[int]:
        """The numbers of all rounds that anything is known of, oldest first."""
        return sorted({*self.rounds, *(row.round.number for row in self.rows)})


def owed(enrolment: Enrolment, window: Round) -> bool:
    """Say whether the round had yet to open when the entrant was enrolled."""
    return window.opens >= times.parse(enrolment.since)


def places(
    known: Evidence, enrolled: Mapping[str, Enrolment], windows: Mapping[int, Round]
) -> Iterator[tuple[str, Round | BareRound, bool]]:
    """Yield who may have a row in which round, and whether that was owed: evidence asks for no obligation.

    What is queued for a round that has yet to be told of is owed by whoever is enrolled.
    """
    duties = {
        (window.number, name)
        for window in windows.values()
        for name, enrolment in enrolled.items()
        if owed(enrolment, window)
    }
    to_come = max(windows) + 1 if windows else math.inf
    for number, name in sorted(duties | {(number, name) for name, number in known.about}):
        is_owed = (number, name) in duties or (number >= to_come and name in enrolled)
        yield name, windows.get(number) or BareRound(number), is_owed


def judged(
    known: Evidence, entrant: str, window: Round | BareRound, now: datetime, *, is_owed: bool
) -> Outcome | None:
    """Fold what became of an entrant in a round; None where nothing was owed and nothing was seen."""
    if is_owed and isinstance(window, Round):
        return outcomes.outcome(known, entrant, window, now)
    return outcomes.unowed(known, entrant, window)


def standings(
    events: Sequence[Event],
    now: datetime | None = None,
    known: Evidence | None = None,
    closed: Container[int] = (),
) -> Standings:
    """Fold the log. Without `now` the log's own last instant is the present: same log, same answer.

    `known` is what was gathered of these events already. A round that is `closed` has no rows.
    """
    enrolled, windows = enrolments.enrolments(events), rounds.seen(events)
    known = known or evidence.gather(events)
    as_of = events[-1].known if events else ""
    ticks = [event for event in events if event.kind == TICK]
    present = now or (times.parse(as_of) + clock_skew.offset(ticks) if as_of else None)
    gone = enrolments.forgotten(events)
    words, makers = scores.last_words(events), attribution.makers(events)
    rows = [
        Row(
            entrant=name,
            round=window,
            outcome=found,
            scores=scores.told(scores.counting(words.get((name, window.number), {}), found.submission)),
            made_by=makers.get(found.submission or "", ""),
            corrected=correction(known, name, window, found, owed=is_owed),
            owed=is_owed,
        )
        for name, window, is_owed in places(known, enrolled, windows)
        if present is not None and window.number not in closed and name not in gone
        if (found := judged(known, name, window, present, is_owed=is_owed))
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
