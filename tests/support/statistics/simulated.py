"""A simulated year of the benchmark as a log: runs, rounds, misses, corrections and scores, with planted truths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from nab.core.facts import (
    AttemptEnded,
    CallsDenied,
    Cause,
    ClaimRegistered,
    Counts,
    DiagnosticsSeen,
    EntrantEnrolled,
    GapSeen,
    OrphanSeen,
    OutcomeChanged,
    Poll,
    RoundSeen,
    RunIntended,
    RunStarted,
    ScoreSeen,
    SessionEnded,
    SessionEnding,
    SessionStarted,
    SubmissionSeen,
    Tick,
    TurnEnded,
    UploadSeen,
    UsageCounted,
)
from nab.core.levels import Level
from nab.core.text import times
from nab.results.validation.generator import Cell, presence, simulate
from nab.results.verdicts.registration import ALPHAS, DELTA, LOOKS
from support.records.logs import Log
from support.statistics.looked import looked

BEGAN = datetime(2026, 6, 1, 13, 0, tzinfo=__import__("datetime").UTC)
FIRST = 1402
ENDINGS = (SessionEnding.DONE, SessionEnding.DONE, SessionEnding.USAGE_LIMIT, SessionEnding.CRASH)
HOSTILE = '"><script>alert(1)</script> \u202etxt.exe [click](https://evil.example) {{ 7*7 }}'


@dataclass(frozen=True)
class Who:
    """An entrant, and how much better than the control it truly is."""

    name: str
    better: float = 0.0

    @property
    def agent(self) -> str:
        return self.name.partition("-")[0]

    @property
    def run(self) -> str:
        return f"2026-05-30T090000Z-{self.name}"


YEAR = (
    Who("baseline-l4"), Who("baseline-l4-b"), Who("random-l4", -0.020), Who("codex-l4", 0.022), Who("claude-l4", 0.006),
    Who("gemini-l4", -0.002),
)  # fmt: skip
OF = {"codex": "gpt-6.1-sol", "claude": "claude-opus-5", "gemini": "gemini-3-pro"}


@dataclass
class Year:
    """A year while it is told, day by day."""

    who: tuple[Who, ...] = YEAR
    rounds: int = 200
    seed: int = 7
    looks: tuple[int, ...] = LOOKS
    sessions_every: int = 3

    def __post_init__(self) -> None:
        random = np.random.default_rng(self.seed)
        cell = Cell(len(self.who), "calibrated", missing=True)
        self.scores = simulate(cell, 1, random).scores[0]
        self.present = presence(cell, 1, random)[0]
        self.random = random
        self.log = Log("simulated")

    def told(self) -> Log:
        """Return the whole log."""
        self.enrol()
        for place in range(self.rounds):
            self.day(place)
            if place >= 28:
                self.score(place - 28)
        return self.log

    def enrol(self) -> None:
        """Begin the runs, and register their family."""
        for one in self.who:
            control = one.agent not in OF
            made = RunIntended(
                agent=one.agent, level=Level.L4, model=f"nab_{one.name}", model_id=f"id-{one.name}",
                image="sha256:" + "ab" * 20,
                digests={}, budget_seconds=None, objective_sha256="0" * 64, slot="nab-slot-gpu0",
                llm=OF.get(one.agent, ""),
                prompt_version="3", cpus=8.0, memory_gib=64.0, effort="" if control else "high",
                seed=1 if control else None,
            )  # fmt: skip
            about = {"entrant": one.name, "run": one.run}
            self.log.add(made, BEGAN - timedelta(days=2), **about)
            self.log.add(
                RunStarted(started_at=times.text(BEGAN - timedelta(days=2))),
                BEGAN - timedelta(days=2),
                **about,
            )
            enrolled = EntrantEnrolled(
                agent=one.agent, level=Level.L4, model=made.model, model_id=made.model_id
            )
            self.log.add(enrolled, BEGAN - timedelta(days=2), **about)
        runs = [one.run for one in self.who]
        fact = ClaimRegistered(
            family=f"l4-{FIRST}", level="L4", first=FIRST, last=FIRST + 259, metric="mmc", horizon=20, delta=DELTA,
            looks=self.looks, alphas=ALPHAS[: len(self.looks)],
            pairs=tuple((a, b) for i, a in enumerate(runs) for b in runs[i + 1 :]),
            members={one.run: one.name for one in self.who}, control=self.who[0].run,
        )  # fmt: skip
        self.log.add(fact, BEGAN - timedelta(days=1))

    def day(self, place: int) -> None:
        """Tell a round: its window, submissions, work, and what went wrong."""
        number, at = FIRST + place, opens(place)
        seen = RoundSeen(opens=times.text(at), closes_staking=times.text(at + timedelta(hours=1)))
        self.log.add(seen, at, round=number)
        decisions = {one.name: ("observe", "listed") for one in self.who}
        self.log.add(Tick(window="open", decisions=decisions), at + timedelta(minutes=5), round=number)
        late = []
        for row, one in enumerate(self.who):
            if self.present[row, place]:
                (late if place in {40, 90} and row == 3 else []).append(one)
                if not (place in {40, 90} and row == 3):
                    self.submit(one, number, at)
            elif row % 2:
                cause = Cause.AGENT if place % 2 else Cause.HARNESS
                fact = AttemptEnded(
                    exit_code=1, seconds=3, cause=cause, reason=HOSTILE if place % 5 == 0 else "no file"
                )
                self.log.about(fact, at + timedelta(minutes=30), one.name, number)
            if one.agent in OF and place % self.sessions_every == row % self.sessions_every:
                self.work(one, at, place)
        for one in self.who:
            self.log.add(Poll(ok=True), at + timedelta(hours=3), entrant=one.name)
        for one in late:  # found by a later answer: said to be missed until then
            self.submit(one, number, at, known=at + timedelta(hours=40))
            changed = OutcomeChanged(old="missed", new="verified on-time", because=(self.log.events[-1].seq,))
            self.log.about(changed, at + timedelta(hours=40), one.name, number)

    def submit(self, one: Who, number: int, at: datetime, known: datetime | None = None) -> None:
        """Tell of a submission."""
        when = known or at + timedelta(minutes=20)
        if known is None:
            self.log.add(UploadSeen(submission=f"{one.name}-{number}", by="session:work-1"), when, entrant=one.name,
                round=number, run=one.run)  # fmt: skip
        seen = SubmissionSeen(
            submission=f"{one.name}-{number}", status="on-time", selected=True,
            inserted_at=times.text(at + timedelta(minutes=20)),
        )  # fmt: skip
        self.log.add(seen, when, entrant=one.name, round=number)

    def work(self, one: Who, at: datetime, place: int) -> None:
        """Tell of a session, what it used, and what befell it."""
        began = at - timedelta(hours=5)
        session, ending = f"work-{place}", ENDINGS[int(self.random.integers(len(ENDINGS)))]
        about = {"entrant": one.name, "run": one.run}
        self.log.add(SessionStarted(session=session, mode="resume", conversation="c"), began, **about)
        ended = SessionEnded(
            session=session, ending=ending, reason=HOSTILE if place == 30 else "it said so", began=times.text(began),
            ended=times.text(at), calls=40, said=20,
        )  # fmt: skip
        self.log.add(ended, at, **about)
        used = UsageCounted(
            session=session, provider="v", model=OF[one.agent], answers=40, cut=0, usd=1.7,
            prices="2026-06", upto=place,
            counts=Counts(input=9000, output=2000),
        )  # fmt: skip
        self.log.add(used, at, **about)
        self.log.add(
            TurnEnded(because="it was another's turn", active_seconds=4 * 3600.0, cpu_seconds=9000.0),
            at,
            **about,
        )
        for fact in self.befell(one, place, began):
            self.log.add(fact, at, **about)

    def befell(self, one: Who, place: int, at: datetime) -> Iterator[object]:
        """Yield what else befell a session: rare things, and ten candidates that told nothing."""
        if place % 20 < self.sessions_every:
            yield OrphanSeen(
                identity=f"{one.name}:{place}",
                argv="python train.py " + HOSTILE,
                session="w",
                since=times.text(at),
                pid=7,
            )
        if place % 30 < self.sessions_every:
            yield GapSeen(
                witness="proxy",
                began=times.text(at),
                ended=times.text(at + timedelta(minutes=9)),
                reason="it hung",
            )
            yield CallsDenied(
                rule="host",
                why="no",
                host="evil.example",
                count=3,
                first=times.text(at),
                last=times.text(at),
                upto=1,
            )
        silent = one.agent == "gemini" and 60 <= place < 90
        for part in range(1 + silent):
            yield DiagnosticsSeen(
                diagnostics=f"d-{one.name}-{place}-{part}", filename="v.csv", inserted_at=times.text(at), status="done",
                metrics={"validationCorrMean": 0.0 if silent else 0.02, "validationMmcMean": None},
            )  # fmt: skip

    def score(self, place: int) -> None:
        """Tell the final scores of a round, and one of a day before for the newest."""
        number, at = FIRST + place, opens(place + 28) + timedelta(hours=6)
        for row, one in enumerate(self.who):
            if not self.present[row, place]:
                continue
            value = round(float(self.scores[row, place]) + one.better, 6)
            for metric in ("mmc", "v2_corr20"):
                fact = ScoreSeen(
                    metric=metric,
                    day=20,
                    value=value,
                    percentile=0.5,
                    submission=f"{one.name}-{number}",
                    version="v2",
                )
                self.log.about(fact, at, one.name, number)
        recent = place + 20
        for row, one in enumerate(self.who):
            if recent < self.rounds and self.present[row, recent]:
                fact = ScoreSeen(
                    metric="mmc",
                    day=7,
                    value=0.01,
                    percentile=0.5,
                    submission=f"{one.name}-{FIRST + recent}",
                    version="v2",
                )
                self.log.about(fact, at, one.name, FIRST + recent)


def opens(place: int) -> datetime:
    """Return when a round opens: five a week."""
    weeks, day = divmod(place, 5)
    return BEGAN + timedelta(days=7 * weeks + day)


def year(**told: object) -> Log:
    """Return a simulated year, every look written down when its scores were there."""
    return looked(Year(**told).told().events)  # type: ignore[arg-type]


def means(log: Log) -> Mapping[str, float]:
    """Return what was planted."""
    return {one.name: one.better for one in YEAR}
