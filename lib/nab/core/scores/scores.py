"""Scores, folded from what Numerai published. A score is that of its horizon's day, and final by no flag.

Numerai goes on publishing rows of a metric after its day, and of some days it says nothing (null).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter

from nab.core.facts import RanksSeen, RegimeSeen, ScoreSeen, tag
from nab.core.log.events import Event
from nab.core.scores.metrics import NAMED

SCORE, RANKS, REGIME = tag(ScoreSeen), tag(RanksSeen), tag(RegimeSeen)


@dataclass(frozen=True)
class Score:
    """The value of a metric on a scoring day; `percentile` is a share from 0 to 1."""

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

    def counting(self, submission: str | None = None) -> dict[str, Value]:
        """Return the value of each metric that counts: a submission's or, where it has none, the one learned last."""
        return {
            metric: of_each.get(submission or "") or max(of_each.values(), key=attrgetter("seq"))
            for metric, of_each in self.by_submission().items()
        }

    def by_submission(self) -> dict[str, dict[str, Value]]:
        """Return by metric the value of each submission that counts for it; nearly always there is one."""
        words: dict[str, dict[str, dict[int, Value]]] = {}
        for (metric, day), values in self.days.items():
            for one in values:
                words.setdefault(metric, {}).setdefault(one.submission, {})[day] = one
        return {
            metric: {name: counts(metric, days) for name, days in of_each.items()}
            for metric, of_each in words.items()
        }

    def deciding(self) -> list[Value]:
        """Return the values that tell the same as all do: the first with the last word on its day, and what counts."""
        first = min((values[0] for values in self.days.values()), key=attrgetter("seq"))
        told = self.days[first.score.metric, first.score.day]
        last_word = [one for one in told if one.submission == first.submission][-1]
        return [first, last_word, *(one for each in self.by_submission().values() for one in each.values())]


def counts(metric: str, days: Mapping[int, Value]) -> Value:
    """Choose between the last words on each day, of which some are null.

    It is the first day from the metric's horizon on that has a value, else the newest that has one.
    """
    valued = sorted(day for day, one in days.items() if one.score.value is not None)
    final = [day for day in valued if day >= NAMED[metric].horizon]
    return days[(final[:1] or valued[-1:] or [max(days)])[0]]


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
    """Fold the score of each metric, by entrant and round; a revision of a day replaces it."""
    return {
        place: {metric: value.score for metric, value in kept.counting().items()}
        for place, kept in archive(events).items()
    }


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
