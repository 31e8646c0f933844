"""What a family's claims are made of: the scores of runs, as records of its season, from one pass over the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from nab.core.claims.families import Family
from nab.core.facts import ReferenceSeen, RoundSeen, RunIntended, ScoreSeen, tag
from nab.core.log.events import Event
from nab.core.runs.enrolments import OF_ENROLMENT, enrolling
from nab.core.scores.metrics import SHOWN
from nab.core.scores.scores import SCORE
from nab.core.text import times
from nab.core.windows.rounds import ROUND
from nab.results.verdicts.groups import pooled
from nab.results.verdicts.registration import Record, Registration

REFERENCE = tag(ReferenceSeen)
UNTIL_ITS_END = timedelta(days=40)  # after the close of its last round a season is over


@dataclass
class Holders:
    """Which run of an entrant a score is of: the one that was enrolled last by the close of the round.

    `evidence` is what outcomes are folded from, in the order of the log.
    """

    runs: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    entrants: dict[str, str] = field(default_factory=dict)
    closes: dict[int, str] = field(default_factory=dict)
    intended: dict[str, RunIntended] = field(default_factory=dict)
    evidence: list[Event] = field(default_factory=list)
    scored: set[tuple[str, int, str]] = field(default_factory=set)

    def note(self, event: Event, fact: ScoreSeen) -> None:
        """Keep the first score of a submission: all that an outcome needs of the twenty days of several metrics."""
        place = event.entrant or "", event.round or 0, fact.submission
        if place not in self.scored:
            self.scored.add(place)
            self.evidence.append(event)

    def hear(self, event: Event) -> None:
        """Take in an event that is no score."""
        if event.kind != REFERENCE:
            self.evidence.append(event)
        if event.kind == ROUND and event.round is not None and isinstance(seen := event.fact, RoundSeen):
            self.closes[event.round] = times.text(times.parse(seen.closes_staking))
        elif event.kind in OF_ENROLMENT and event.entrant and event.run:
            if isinstance(fact := event.fact, RunIntended):
                self.intended.setdefault(event.run, fact)
                self.entrants[event.run] = event.entrant
            if enrolling(fact, self.intended.get(event.run)) is not None:
                self.entrants[event.run] = event.entrant
                self.runs.setdefault(event.entrant, []).append((event.valid, event.run))

    def run(self, entrant: str, number: int) -> str:
        """Return the run; empty where none was ever enrolled. What is older than all of them is the first one's."""
        found, close = self.runs.get(entrant, []), self.closes.get(number)
        before = [run for since, run in found if close is None or since <= close]
        return before[-1] if before else found[0][1] if found else ""


def end(event: Event) -> str:
    """Return when a season is over whose last round an event tells of."""
    fact = event.fact
    assert isinstance(fact, RoundSeen)
    return times.text(times.parse(fact.closes_staking) + UNTIL_ITS_END)


@dataclass
class Material:
    """The records of one family's season, and of another metric in the same rounds.

    `final` are those that the season is folded from: of final days, and of the season's end.
    """

    family: Family
    records: list[Record] = field(default_factory=list)
    final: list[Record] = field(default_factory=list)
    other: list[Record] = field(default_factory=list)
    version: str = ""
    ends: str = ""
    ended: bool = False
    first_score: int | None = None  # the seq of the first score of a member in the season

    def __post_init__(self) -> None:
        """Begin with what was registered."""
        fact = self.family.fact
        self.version, self.ends = fact.version, fact.ends

    def time(self, event: Event) -> None:
        """Take in what tells of the season's end: the close of its last round, and that the end has come."""
        fact = self.family.fact
        if self.ended:
            return
        if self.ends and event.known >= self.ends:
            self.ended = True
            self.records.append(Record(seq=event.seq, known=event.known))
            self.final.append(self.records[-1])
        elif not fact.ends and event.kind == ROUND and event.round == fact.last:
            self.ends = end(event) or self.ends

    def score(self, event: Event, fact: ScoreSeen, run: str) -> None:
        """Take in a score of a run in a round of the season."""
        assert event.round is not None
        record = Record(  # without its time: what ends a season is the one record that says so
            seq=event.seq,
            entrant=run,
            round=event.round,
            day=fact.day,
            value=fact.value,
            version=fact.version,
        )
        if fact.metric != self.family.fact.metric:
            if fact.day >= self.family.fact.horizon:
                self.other.append(record)
            return
        if run in self.family.fact.members and fact.value is not None and self.first_score is None:
            self.first_score = event.seq
            self.version = self.version or fact.version
        self.records.append(record)
        if record.day >= self.family.fact.horizon:
            self.final.append(record)

    @cached_property
    def runs(self) -> frozenset[str]:
        """The runs whose scores are taken in: the members, and the control, which may be of another family."""
        return frozenset({*self.family.fact.members, self.family.fact.control})

    @cached_property
    def metrics(self) -> frozenset[str]:
        """The metrics of which scores are taken in."""
        return frozenset({self.family.fact.metric, other_metric(self.family.fact.metric)})

    @property
    def registration(self) -> Registration:
        """Return the registration with what the log has told since of version and end."""
        return registration(self.family, version=self.version, ends=self.ends)

    @property
    def told(self) -> list[Record]:
        """Return the records that the season is folded from: of groups, where it is of groups."""
        groups = self.family.fact.groups
        return pooled(self.registration, self.final, dict(groups)) if groups else self.final


def registration(family: Family, version: str = "", ends: str = "") -> Registration:
    """Return what was registered, as the procedure takes it. Raises NabError for what no verdict may rest on."""
    fact = family.fact
    return Registration(
        first=fact.first,
        last=fact.last,
        pairs=fact.pairs,
        horizon=fact.horizon,
        delta=fact.delta,
        looks=fact.looks,
        alphas=fact.alphas,
        metric=fact.metric,
        version=version or fact.version,
        ends=ends or fact.ends,
    )


def gathered(
    families: Mapping[str, Family], events: Iterable[Event], upto: int
) -> tuple[dict[str, Material], Holders]:
    """Sort the log into the material of each family, as of a seq, in one pass."""
    found, holders = {name: Material(one) for name, one in families.items()}, Holders()
    first = min((one.fact.first for one in families.values()), default=0)
    for event in events:
        if event.seq > upto:
            break
        if event.kind == SCORE:
            if event.round is not None and event.round >= first and event.entrant:
                sort_score(found, holders, event)
        else:
            holders.hear(event)
        for one in found.values():
            if event.kind == ROUND or (one.ends and not one.ended):
                one.time(event)
    return found, holders


def sort_score(found: Mapping[str, Material], holders: Holders, event: Event) -> None:
    """Give a score to the families whose season it is of."""
    number, entrant = event.round, event.entrant
    assert number is not None and entrant is not None
    of_season = [one for one in found.values() if one.family.fact.first <= number <= one.family.fact.last]
    if not of_season or not isinstance(fact := event.fact, ScoreSeen):
        return
    holders.note(event, fact)
    wanted = [one for one in of_season if fact.metric in one.metrics]
    if not wanted:  # as most are: Numerai tells of many metrics
        return
    run = holders.run(entrant, number)
    for one in wanted:
        if run in one.runs:
            one.score(event, fact, run)


def other_metric(metric: str) -> str:
    """Return the metric that the same question is asked by beside a verdict: the other one that is shown."""
    return next((one.name for one in SHOWN if one.name != metric), "")
