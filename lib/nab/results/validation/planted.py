"""Seasons with a planted truth, as the facts that a year of ticks would write: who is better, who is alike, what fails.

One entrant is better than all others, one is as good as the control, and the control's twin is the control with
another seed. Some rounds are missed by agents and some by the harness, for two weeks nobody looks, a submission is
listed months late, a score is revised. docs/methodology.md says what has to come of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from nab.core import levels
from nab.core.facts import (
    AnyFact,
    AttemptEnded,
    AttemptStarted,
    Cause,
    EntrantEnrolled,
    Poll,
    RoundSeen,
    ScoreSeen,
    SubmissionSeen,
    Tick,
)
from nab.core.log.events import Draft
from nab.core.text import times
from nab.results.validation.generator import CALIBRATED, OUTAGE, ROUNDS, Array, mixing

CONTROL, TWIN, ALIKE, BETTER = ENTRANTS = ("baseline-l3", "baseline-l3-b", "claude-l3", "codex-l3")
GAP = 0.030  # by which one is better
SDS = {
    (CONTROL, TWIN): 0.0017,
    (CONTROL, ALIKE): 0.007,
    (ALIKE, BETTER): 0.012,
}  # of a paired difference in a round
MISSED_BY_AGENT, MISSED_BY_HARNESS, LATE = 0.03, 0.03, 0.01
BEFORE = 1  # rounds that are over before the season: the first tick registers from the next one on
FIRST = 1001 + BEFORE
BEGAN = datetime(2026, 1, 5, 13, tzinfo=UTC)
OPEN, SCORED, PROVISIONAL = timedelta(hours=1), timedelta(days=33), timedelta(days=19)
EARLY = 45  # rounds: whatever befalls one of these is about the first look
LISTED_AFTER = timedelta(days=200)  # of its round; by then that look has been taken
REVISED_AFTER = timedelta(days=210)
THE_END = timedelta(days=41)  # after the last close: then a season is over
LEVEL = next(level for level, row in levels.TABLE.items() if row.controls)
WEEK = 5  # rounds

Drafts = list[Draft]


@dataclass(frozen=True)
class Plan:
    """What befalls whom in which round of a season; rounds are counted from 0."""

    scores: Array  # by entrant and round
    by_agent: frozenset[tuple[str, int]]
    by_harness: frozenset[tuple[str, int]]
    late: frozenset[tuple[str, int]]
    outage: range
    listed_late: tuple[str, int]
    revised: tuple[str, int]

    def handed_in(self, who: str, number: int) -> bool:
        """Say whether a round of an entrant is ever scored."""
        missed = (who, number) in self.by_agent or (who, number) in self.by_harness
        return not missed and number not in self.outage


@dataclass
class Days:
    """What is told, by when."""

    told: dict[datetime, Drafts] = field(default_factory=dict)

    def tell(self, at: datetime, fact: AnyFact, who: str | None = None, number: int | None = None) -> None:
        """Tell a fact."""
        run = run_of(who) if who and isinstance(fact, EntrantEnrolled) else None
        self.told.setdefault(at, []).append(Draft(fact=fact, entrant=who, round=number, run=run, valid=at))


def run_of(who: str) -> str:
    """Return the run of an entrant."""
    return f"2026-01-01T090000Z-{who}"


def true_gap(first: str, second: str) -> float:
    """Return by how much the first of two is truly better."""
    return GAP * ((first == BETTER) - (second == BETTER))


def plan(seed: Sequence[int], noise: str = CALIBRATED) -> Plan:
    """Draw a season."""
    random = np.random.default_rng(seed)
    begins = int(random.integers(ROUNDS - OUTAGE))
    outage = range(begins, begins + OUTAGE)
    there = [number for number in range(ROUNDS) if number not in outage]
    places = [(who, number) for who in ENTRANTS for number in there]
    drawn = random.random(len(places))
    limits = np.cumsum([MISSED_BY_AGENT, MISSED_BY_HARNESS, LATE])
    by_agent, by_harness, late = (
        frozenset(place for place, kind in zip(places, np.searchsorted(limits, drawn), strict=True) if kind == one)
        for one in range(len(limits))
    )  # fmt: skip
    early = [
        place for place, one in zip(places, drawn, strict=True) if one >= limits[-1] and place[1] < EARLY
    ]
    listed_late, revised = (early[int(i)] for i in random.choice(len(early), 2, replace=False))
    return Plan(scores(random, noise), by_agent, by_harness, late, outage, listed_late, revised)


def scores(random: np.random.Generator, noise: str) -> Array:
    """Draw the scores of all: paired differences have the spread that SDS says, and rounds share their days."""
    twin = SDS[CONTROL, TWIN] / np.sqrt(2)
    alike = np.sqrt(SDS[CONTROL, ALIKE] ** 2 - twin**2)
    rest = np.sqrt((SDS[ALIKE, BETTER] ** 2 - alike**2) / 2)
    shared, *own = random.standard_normal((5, ROUNDS)) @ mixing(noise).T
    of = {CONTROL: twin * own[0] + rest * shared, TWIN: twin * own[1] + rest * shared}
    of |= {ALIKE: alike * own[2] + rest * shared, BETTER: GAP + rest * own[3]}
    return np.array([of[who] for who in ENTRANTS])


def opens(number: int) -> datetime:
    """Return when a round of the season opens; those before it have negative numbers."""
    weeks, day = divmod(number + BEFORE, WEEK)
    return BEGAN + timedelta(days=7 * weeks + day)


def days(planned: Plan) -> Iterator[tuple[datetime, Drafts]]:
    """Yield what a year of ticks tells, in order of time, up to the season's end."""
    found = Days()
    for who in ENTRANTS:
        agent, _, level_and_replica = who.partition("-")
        replica = level_and_replica.partition("-")[2]
        enrolled = EntrantEnrolled(
            agent=agent, level=LEVEL, replica=replica, model=f"nab_{who}", model_id=who
        )
        found.tell(opens(-BEFORE) - timedelta(days=1), enrolled, who)
    for number in range(-BEFORE, 0):
        window(found, number, set(ENTRANTS))
    for number in range(ROUNDS):
        if number not in planned.outage:
            a_round(found, planned, number)
    corrections(found, planned)
    found.tell(opens(ROUNDS - 1) + OPEN + THE_END, Tick(window="closed", decisions={}))
    yield from sorted(found.told.items())


def a_round(found: Days, planned: Plan, number: int) -> None:
    """Tell of a round: its window, who was listed after it, and scores once they are there."""
    missing = {who for who in ENTRANTS if not planned.handed_in(who, number)}
    unlisted = {planned.listed_late[0]} if planned.listed_late[1] == number else set()
    window(found, number, missing | unlisted, {who for who in ENTRANTS if (who, number) in planned.late})
    for who in missing:
        ours = (who, number) in planned.by_harness
        attempt(found, number, who, Cause.HARNESS if ours else Cause.AGENT)
    for place, who in enumerate(ENTRANTS):
        if who not in missing | unlisted:
            value = float(planned.scores[place, number])
            score(found, opens(number) + PROVISIONAL, who, number, value / 2, day=10)
            score(found, opens(number) + SCORED, who, number, value)


def window(
    found: Days, number: int, missing: set[str], late: set[str] | frozenset[str] = frozenset()
) -> None:
    """Tell of a round's window, of a look at it, and of what Numerai lists well after its close."""
    at = opens(number)
    closes = at + OPEN
    seen = RoundSeen(opens=times.text(at), closes_staking=times.text(closes))
    found.tell(at + OPEN / 12, seen, number=FIRST + number)
    decisions = {who: ("observe", "it submits by itself") for who in ENTRANTS}
    found.tell(at + OPEN / 12, Tick(window="open", decisions=decisions), number=FIRST + number)
    for who in ENTRANTS:
        if who not in missing:
            listed(found, closes + 2 * OPEN, who, number, late=who in late)
        found.tell(closes + 2 * OPEN, Poll(ok=True), who)


def attempt(found: Days, number: int, who: str, cause: Cause) -> None:
    """Tell of a submit.sh that came to nothing."""
    at = opens(number) + OPEN / 6
    found.tell(at, AttemptStarted(container="c", script=""), who, FIRST + number)
    reason = "the proxy ended" if cause is Cause.HARNESS else "submit.sh failed"
    code = None if cause is Cause.HARNESS else 1
    ended = AttemptEnded(exit_code=code, seconds=1, cause=cause, reason=reason)
    found.tell(at + OPEN / 6, ended, who, FIRST + number)


def listed(found: Days, at: datetime, who: str, number: int, *, late: bool = False) -> None:
    """Tell that Numerai lists a submission."""
    inserted = times.text(opens(number) + OPEN / 2 + late * OPEN)
    status = "late" if late else "on-time"
    seen = SubmissionSeen(submission=name(who, number), status=status, selected=True, inserted_at=inserted)
    found.tell(at, seen, who, FIRST + number)


def score(found: Days, at: datetime, who: str, number: int, value: float, *, day: int = 20) -> None:  # noqa: PLR0913 - a score
    """Tell a score."""
    fact = ScoreSeen(
        metric="mmc", day=day, value=round(value, 8), percentile=None, submission=name(who, number), version="v1"
    )  # fmt: skip
    found.tell(at, fact, who, FIRST + number)


def name(who: str, number: int) -> str:
    """Return Numerai's id of a submission."""
    return f"{who}-{FIRST + number}"


def corrections(found: Days, planned: Plan) -> None:
    """Tell of the submission that is listed and scored months late, and of the score that is revised."""
    who, number = planned.listed_late
    at = opens(number) + LISTED_AFTER
    listed(found, at, who, number)
    score(found, at, who, number, value_of(planned, who, number))
    who, number = planned.revised
    score(found, opens(number) + REVISED_AFTER, who, number, value_of(planned, who, number) + 0.0005)


def value_of(planned: Plan, who: str, number: int) -> float:
    """Return a score."""
    return float(planned.scores[ENTRANTS.index(who), number])
