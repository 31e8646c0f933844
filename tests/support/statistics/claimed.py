"""Logs of small seasons: runs enrolled, a family registered, rounds with submissions, misses and final scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from msgspec import structs

from nab.core.facts import (
    AnyFact,
    ClaimRegistered,
    EntrantEnrolled,
    HarnessSeen,
    Poll,
    RoundSeen,
    ScoreSeen,
    SubmissionSeen,
    Tick,
)
from nab.core.levels import Level
from nab.core.log.events import Event
from nab.core.text import times
from support.records.logs import NOON, Log
from support.statistics.seasons import noise

DAY = timedelta(days=1)
FIRST = 101
BEGAN = NOON
RUNS = {who: f"2026-05-10T090000Z-{who}" for who in ("baseline-l3", "codex-l3", "random-l3")}
A, B, CONTROL = RUNS["codex-l3"], RUNS["random-l3"], RUNS["baseline-l3"]
MEANS = {"codex-l3": 0.04, "random-l3": 0.0, "baseline-l3": 0.0}
REGISTERED = ClaimRegistered(
    family="l3-101",
    level="L3",
    first=FIRST,
    last=FIRST + 69,
    metric="mmc",
    horizon=20,
    delta=0.003,
    looks=(20, 40, 60),
    alphas=(0.01, 0.015, 0.025),
    pairs=((A, B), (A, CONTROL), (B, CONTROL)),
    members={run: who for who, run in RUNS.items()},
    control=CONTROL,
)


@dataclass
class Claimed:
    """A log, and how its rounds are told."""

    log: Log = field(default_factory=Log)
    means: Mapping[str, float] = field(default_factory=lambda: dict(MEANS))
    amplitude: float = 0.2

    @property
    def events(self) -> list[Event]:
        return self.log.events

    def at(self, number: int) -> datetime:
        """Return when a round opens: one a day."""
        return BEGAN + (number - FIRST + 1) * DAY

    def enrol(self, *names: str, level: Level = Level.L3, runs: Mapping[str, str] | None = None) -> Claimed:
        """Enrol entrants, a week before the season."""
        for who in names or RUNS:
            agent = who.partition("-")[0]
            fact = EntrantEnrolled(agent=agent, level=level, model=f"nab_{who}", model_id=f"id-{who}")
            self.log.add(fact, BEGAN - 7 * DAY, entrant=who, run=(runs or RUNS)[who])
        return self

    def register(self, **changed: object) -> Claimed:
        """Register the family."""
        self.log.add(structs.replace(REGISTERED, **changed), BEGAN)
        return self

    def open(self, number: int) -> None:
        """Tell of a round and look at its window once."""
        at = self.at(number)
        closes = times.text(at + timedelta(hours=1))
        self.log.add(RoundSeen(opens=times.text(at), closes_staking=closes), at, round=number)
        decisions = {who: ("observe", "listed") for who in self.means}
        self.log.add(Tick(window="open", decisions=decisions), at + timedelta(minutes=5), round=number)

    def submit(self, number: int, missing: tuple[str, ...] = (), late: tuple[str, ...] = ()) -> None:
        """Tell what Numerai lists of a round, well after its close; nothing of those who are missing."""
        at = self.at(number) + timedelta(hours=3)
        for who in self.means:
            if who not in missing:
                seen = SubmissionSeen(
                    submission=f"{who}-{number}",
                    status="late" if who in late else "on-time",
                    selected=True,
                    inserted_at=times.text(self.at(number)),
                )
                self.log.about(seen, at, who, number)
            self.log.add(Poll(ok=True), at, entrant=who)

    def score(
        self, number: int, who: str, value: float | None = None, at: datetime | None = None, **changed: object
    ) -> Event:
        """Tell a score, of its twentieth day if nothing else is said."""
        value = round(self.means[who] + self.amplitude * noise(who, number), 6) if value is None else value
        told = {"metric": "mmc", "day": 20, "value": value, "percentile": 0.5}
        told |= {"submission": f"{who}-{number}"}
        fact = ScoreSeen(**told | changed)
        return self.log.about(fact, at or self.at(number) + 33 * DAY, who, number)

    def season(
        self,
        rounds: int,
        missing: Mapping[int, tuple[str, ...]] | None = None,
        late: Mapping[int, tuple[str, ...]] | None = None,
    ) -> Claimed:
        """Tell whole rounds, one after the other; those that miss one have no score in it."""
        for number in range(FIRST, FIRST + rounds):
            out = (missing or {}).get(number, ())
            self.open(number)
            self.submit(number, out, (late or {}).get(number, ()))
        for number in range(FIRST, FIRST + rounds):
            for who in self.means:
                if who not in (missing or {}).get(number, ()):
                    self.score(number, who)
        return self

    def harness(self, commit: str) -> Claimed:
        """Tell which harness is at work."""
        return self.say(HarnessSeen(version="1", commit=commit, lock_sha256="1" * 64))

    def say(self, fact: AnyFact, **about: object) -> Claimed:
        """Add a fact at the log's end."""
        at = times.parse(self.events[-1].known) if self.events else NOON
        self.log.add(fact, at, **about)
        return self


def claimed(rounds: int = 30, **told: object) -> Claimed:
    """Return a season of so many rounds, registered before it began."""
    return Claimed().enrol().register().season(rounds, **told)
