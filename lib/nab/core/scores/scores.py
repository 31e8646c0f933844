"""Scores, folded from what Numerai published. A score is that of its horizon's day, and final by no flag.

Numerai goes on publishing rows of a metric after its day, and of some days it says nothing (null).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter

from nab.core.facts import RanksSeen, RegimeSeen, ScoreSeen, tag
from nab.core.log.events import Event
from nab.core.scores.metrics import NAMED
from nab.core.scores.news import Heard

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
    version: str
    valid: str
    known: str
    seq: int


@dataclass
class Archive:
    """Every value of every day of one entrant's round, revisions included, in the order in which we learned them.

    What was written again only because a flag had flipped, as older logs have it, is none.
    """

    days: dict[tuple[str, int], list[Value]] = field(default_factory=dict)

    def revised(self) -> dict[tuple[str, int], list[Value]]:
        """Return the days of which Numerai has changed its mind, with everything it said."""
        return {day: values for day, values in self.days.items() if len(values) > 1}


@dataclass
class LastWords:
    """The last word on each scoring day of one metric of a submission: of days with a value and of those without."""

    valued: dict[int, Event] = field(default_factory=dict)
    silent: dict[int, Event] = field(default_factory=dict)

    def hear(self, event: Event, fact: ScoreSeen) -> None:
        """Take one more word. A null takes back what was said of its day."""
        kept, other = (self.silent, self.valued) if fact.value is None else (self.valued, self.silent)
        other.pop(fact.day, None)
        kept[fact.day] = event

    def counts(self, horizon: int) -> Event:
        """Choose the first day from the horizon on that has a value, else the newest that has one."""
        final = min((day for day in self.valued if day >= horizon), default=None)
        if final is not None:
            return self.valued[final]
        days = self.valued or self.silent
        return days[max(days)]


Places = dict[
    tuple[str, int], dict[tuple[str, str], LastWords]
]  # by entrant and round, then metric and submission


def scored(events: Iterable[Event]) -> Iterator[tuple[tuple[str, int], Event, ScoreSeen]]:
    """Yield whatever was published of a metric that we know, with its entrant and round."""
    for event in events:
        if event.kind != SCORE or event.entrant is None or event.round is None:
            continue
        fact = event.fact
        if isinstance(fact, ScoreSeen) and fact.metric in NAMED:
            yield (event.entrant, event.round), event, fact


def archive(events: Iterable[Event]) -> dict[tuple[str, int], Archive]:
    """Fold everything that was ever published, by entrant and round."""
    found: dict[tuple[str, int], Archive] = {}
    heard = Heard()
    for place, event, fact in scored(events):
        if not heard.is_news(place, fact):
            continue
        heard.hear(place, fact)
        value = Value(score(fact), fact.submission, fact.version, event.valid, event.known, event.seq)
        kept = found.setdefault(place, Archive())
        kept.days.setdefault((fact.metric, fact.day), []).append(value)
    return found


def last_words(events: Iterable[Event]) -> Places:
    """Fold the last words on every day."""
    found: Places = {}
    for place, event, fact in scored(events):
        of_place = found.setdefault(place, {})
        which = fact.metric, fact.submission
        if which not in of_place:
            of_place[which] = LastWords()
        of_place[which].hear(event, fact)
    return found


def counting(words: Mapping[tuple[str, str], LastWords], submission: str | None = None) -> dict[str, Event]:
    """Return what counts of each metric: a submission's or, where it has none, what was learned last of another."""
    found: dict[str, Event] = {}
    for (metric, _), said in words.items():
        event = said.counts(NAMED[metric].horizon)
        found[metric] = max(found.get(metric, event), event, key=attrgetter("seq"))
    own = {metric: said for (metric, name), said in words.items() if name == submission}
    return found | {metric: said.counts(NAMED[metric].horizon) for metric, said in own.items()}


def deciding(words: Mapping[tuple[str, str], LastWords], first: ScoreSeen) -> Iterator[Event]:
    """Yield what tells the same as all words beside the `first`: what counts, and the last word on the first's day."""
    for (metric, name), said in words.items():
        yield said.counts(NAMED[metric].horizon)
        if (metric, name) == (first.metric, first.submission):
            yield from (days[first.day] for days in (said.valued, said.silent) if first.day in days)


def score(fact: ScoreSeen) -> Score:
    return Score(fact.metric, fact.day, fact.value, fact.percentile)


def told(counted: Mapping[str, Event]) -> dict[str, Score]:
    """Return the scores that events tell."""
    return {
        metric: score(fact) for metric, event in counted.items() if isinstance(fact := event.fact, ScoreSeen)
    }


def newest(events: Iterable[Event]) -> dict[tuple[str, int], dict[str, Score]]:
    """Fold the score of each metric, by entrant and round; a revision of a day replaces it."""
    return {place: told(counting(words)) for place, words in last_words(events).items()}


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
