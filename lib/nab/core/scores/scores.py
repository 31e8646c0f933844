"""Scores, folded from what Numerai published. A score is final from its horizon on, never by a flag."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from nab.core.facts import RanksSeen, RegimeSeen, ScoreSeen, tag
from nab.core.log.events import Event
from nab.core.scores.metrics import NAMED

SCORE, RANKS, REGIME = tag(ScoreSeen), tag(RanksSeen), tag(RegimeSeen)


@dataclass(frozen=True)
class Score:
    """The newest value of a metric; `percentile` is a share from 0 to 1."""

    metric: str
    day: int
    value: float | None
    percentile: float | None

    @property
    def final(self) -> bool:
        """Whether it is the last word: by its day. Whatever Numerai flags, and however early, says nothing."""
        return self.day >= NAMED[self.metric].horizon and self.value is not None


@dataclass(frozen=True)
class Value:
    """One value of a day as Numerai published it: when it was for (`valid`) and when we learned it (`known`)."""

    score: Score
    submission: str
    valid: str
    known: str
    seq: int


@dataclass
class Archive:
    """Every value of every day of one entrant's round, revisions included, in the order in which we learned them."""

    days: dict[tuple[str, int], list[Value]] = field(default_factory=dict)

    def revised(self) -> dict[tuple[str, int], list[Value]]:
        """Return the days of which Numerai has changed its mind, with everything it said."""
        return {day: values for day, values in self.days.items() if len(values) > 1}


def archive(events: Iterable[Event]) -> dict[tuple[str, int], Archive]:
    """Fold everything that was ever published, by entrant and round."""
    found: dict[tuple[str, int], Archive] = {}
    for event in events:
        if event.kind != SCORE or event.entrant is None or event.round is None:
            continue
        fact = event.fact
        if isinstance(fact, ScoreSeen) and fact.metric in NAMED:
            score = Score(fact.metric, fact.day, fact.value, fact.percentile)
            value = Value(score, fact.submission, event.valid, event.known, event.seq)
            kept = found.setdefault((event.entrant, event.round), Archive())
            kept.days.setdefault((fact.metric, fact.day), []).append(value)
    return found


def newest(events: Iterable[Event]) -> dict[tuple[str, int], dict[str, Score]]:
    """Fold the latest day of each metric, by entrant and round; a revision of a day replaces it."""
    found: dict[tuple[str, int], dict[str, Score]] = {}
    for event in events:
        if event.kind != SCORE or event.entrant is None or event.round is None:
            continue
        fact = event.fact
        if not isinstance(fact, ScoreSeen) or fact.metric not in NAMED:
            continue
        of_round = found.setdefault((event.entrant, event.round), {})
        before = of_round.get(fact.metric)
        if before is None or fact.day >= before.day:
            of_round[fact.metric] = Score(fact.metric, fact.day, fact.value, fact.percentile)
    return found


def regimes(events: Iterable[Event]) -> dict[int, RegimeSeen]:
    """Fold what each round pays; what Numerai said last holds."""
    return {
        event.round: fact
        for event in events
        if event.kind == REGIME and event.round is not None and isinstance(fact := event.fact, RegimeSeen)
    }


def ranks(events: Iterable[Event]) -> dict[str, RanksSeen]:
    """Fold the newest ranks, by entrant."""
    return {
        event.entrant: fact
        for event in events
        if event.kind == RANKS and event.entrant is not None and isinstance(fact := event.fact, RanksSeen)
    }
