"""Long histories of the bench as the log would hold them: months of rounds, ticks, polls, scores, runs and turns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from msgspec import structs

from nab.core.facts import (
    AttemptEnded,
    AttemptStarted,
    Cause,
    Counts,
    EntrantEnrolled,
    Poll,
    RoundSeen,
    RunEnded,
    RunEnding,
    RunIntended,
    RunStarted,
    ScoreSeen,
    SessionEnded,
    SessionEnding,
    SessionStarted,
    SubmissionSeen,
    Tick,
    TurnBegan,
    TurnEnded,
    UploadSeen,
    UsageCounted,
)
from nab.core.levels import Level
from nab.core.log.events import Draft, Event, Link, Stamp, encode, link, seal
from nab.core.log.segments import month
from nab.core.scores.metrics import NAMED
from nab.core.text import times

BEGAN = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
FIRST_ROUND = 1200
WINDOW = timedelta(hours=1)


@dataclass(frozen=True)
class Shape:
    """What happens how often: a year of the real thing is `Shape(days=365)`."""

    days: int
    began: datetime = BEGAN
    submitting: int = 7  # entrants whose submit.sh is fired
    working: int = 7  # entrants that never end and submit by themselves
    tick_minutes: int = 5
    polls_a_day: int = 24
    metrics: tuple[str, ...] = tuple(NAMED)
    every_day: int = 1  # of scores: 1 is every scoring day
    sessions_a_day: int = 8
    turns_a_day: int = 18
    seed: int = 1


@dataclass(frozen=True)
class Told:
    """A fact with when it was learned; `seconds` is how long the machine had been awake."""

    draft: Draft
    known: datetime
    boot: str
    seconds: float


class History:
    """Tells what happened, day by day. The machine is started anew now and then, sleeps, and Numerai is silent."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.random = Random(shape.seed)
        self.firing = [f"codex{i}-l3" for i in range(shape.submitting)]
        self.working = [f"codex{i}-l4" for i in range(shape.working)]
        self.now = shape.began
        self.boot, self.awake = "boot0", 0.0
        self.runs: dict[str, str] = {}
        self.left = 0

    def events(self) -> Iterator[tuple[bytes, Event]]:
        """Yield the lines of the log with their events."""
        head = Link()
        for number, one in enumerate(self.told()):
            draft = structs.replace(one.draft, id=f"{number:032x}")
            event = seal(draft, head, Stamp(one.known, one.boot, one.seconds, "test"))
            line = encode(event)
            head = link(event, line)
            yield line, event

    def write(self, folder: Path) -> int:
        """Write the log. Returns how many events it has."""
        folder.mkdir(parents=True, exist_ok=True)
        open_file, name, count = None, "", 0
        for line, event in self.events():
            wanted = month(times.parse(event.known)).name
            if wanted != name:
                if open_file:
                    open_file.close()
                name, open_file = wanted, (folder / wanted).open("ab")
            assert open_file is not None
            open_file.write(line)
            count += 1
        if open_file:
            open_file.close()
        return count

    def tell(self, fact: object, *, valid: datetime | None = None, **about: object) -> Told:
        self.pass_time(self.random.uniform(0.01, 0.4))
        draft = Draft(fact=fact, valid=valid, **about)  # type: ignore[arg-type]
        return Told(draft, self.now, self.boot, round(self.awake, 3))

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.awake += seconds

    def until(self, instant: datetime) -> None:
        if instant > self.now:
            self.pass_time((instant - self.now).total_seconds())

    def told(self) -> Iterator[Told]:
        for day in range(self.shape.days):
            midnight = self.shape.began.replace(hour=0) + timedelta(days=day)
            yield from self.begin_runs(day)
            plan = sorted(self.plan(day, midnight), key=lambda one: one[0])
            for at, what in plan:
                self.until(at)
                yield from what
            if self.random.random() < 0.05:
                self.boot, self.awake = f"boot{day + 1}", 10.0
            if self.random.random() < 0.05:
                self.now += timedelta(minutes=20)  # the machine sleeps

    def plan(self, day: int, midnight: datetime) -> Iterator[tuple[datetime, Iterator[Told]]]:
        noon = midnight + timedelta(hours=12, minutes=30)
        number = FIRST_ROUND + day if day >= 1 else None
        for minute in range(0, 24 * 60 - 10, self.shape.tick_minutes):
            at = midnight + timedelta(minutes=minute, seconds=7)
            if at >= self.now:
                yield at, self.tick(at, noon, number)
        for i in range(self.shape.polls_a_day):
            at = midnight + timedelta(minutes=3) + i * timedelta(hours=23) / self.shape.polls_a_day
            yield at, self.polls()
        for i in range(self.shape.turns_a_day):
            at = midnight + timedelta(minutes=11) + i * timedelta(hours=22) / self.shape.turns_a_day
            yield at, self.turn(i + day)
        if number is not None:
            yield noon - timedelta(minutes=2), self.opening(number, noon)
            yield noon + timedelta(minutes=20), self.submissions(number, noon)
            yield midnight + timedelta(hours=20), self.scores(number)
        for i in range(self.shape.sessions_a_day):
            yield midnight + timedelta(hours=1 + i * 20 / self.shape.sessions_a_day), self.sessions()

    def everybody(self) -> list[str]:
        return [name for name in (*self.firing, *self.working) if name in self.runs]

    def begin_runs(self, day: int) -> Iterator[Told]:
        """Start everybody on the first two days; one that submits by itself is started anew every two months."""
        for place, name in enumerate((*self.firing, *self.working)):
            fresh = name not in self.runs and place % 2 == min(day, 1)
            again = name in self.runs and name in self.working and day and day % 60 == place
            if not fresh and not again:
                continue
            if again:
                yield self.tell(
                    RunEnded(ending=RunEnding.STOPPED, cause=Cause.HARNESS, reason="stopped", exit_code=0),
                    entrant=name, run=self.runs[name],
                )  # fmt: skip
            run = self.runs[name] = f"{times.text(self.now)}-{name}"
            level = Level.L4 if name in self.working else Level.L3
            intended = RunIntended(
                agent=name.split("-")[0], level=level, model=f"m{place}", model_id=f"id-{place}", image="sha256:1",
                digests={}, budget_seconds=3600, objective_sha256="0" * 64, slot="nab-slot-gpu0",
            )  # fmt: skip
            yield self.tell(intended, entrant=name, run=run)
            yield self.tell(RunStarted(started_at=times.text(self.now)), entrant=name, run=run)
            if level is Level.L3:
                self.pass_time(60)
                over = RunEnded(ending=RunEnding.FINISHED, cause=Cause.AGENT, reason="done", exit_code=0)
                yield self.tell(over, entrant=name, run=run)
                enrolled = EntrantEnrolled(
                    agent=intended.agent, level=level, model=intended.model, model_id=intended.model_id
                )
                yield self.tell(enrolled, entrant=name, run=run)

    def tick(self, at: datetime, noon: datetime, number: int | None) -> Iterator[Told]:
        is_open = number is not None and noon <= at < noon + WINDOW
        silent = self.random.random() < 0.01
        window = "unknown" if silent else "open" if is_open else "closed"
        action = ("nothing", "it submits by itself") if is_open else ("wait", "the window is closed")
        decisions = {name: action for name in self.everybody()}
        skew = None if silent else self.random.uniform(-1, 1)
        yield self.tell(
            Tick(window=window, decisions=decisions, skew_seconds=skew), round=number if is_open else None
        )

    def polls(self) -> Iterator[Told]:
        for name in self.everybody():
            ok = self.random.random() > 0.02
            yield self.tell(Poll(ok=ok, error="" if ok else "no answer"), entrant=name)

    def opening(self, number: int, noon: datetime) -> Iterator[Told]:
        seen = RoundSeen(opens=times.text(noon), closes_staking=times.text(noon + WINDOW))
        yield self.tell(seen, round=number, valid=noon)

    def submissions(self, number: int, noon: datetime) -> Iterator[Told]:
        """Let nearly everybody submit; a tenth is learned of only the next day, as far as the poll is concerned."""
        for name in self.everybody():
            fate = hash_of(number, name)
            if name in self.firing:
                fired = AttemptStarted(container="c", script="/workspace/submit.sh")
                yield self.tell(fired, entrant=name, round=number, run=self.runs[name])
                ended = AttemptEnded(
                    exit_code=0 if fate > 0.05 else 1, seconds=3, cause=Cause.AGENT, reason="ended"
                )
                yield self.tell(ended, entrant=name, round=number, run=self.runs[name])
            if fate < 0.05:
                continue
            submission = f"s{number}-{name}"
            yield self.tell(
                UploadSeen(submission=submission, by="scheduler"),
                entrant=name,
                round=number,
                run=self.runs[name],
            )
            seen = SubmissionSeen(
                submission=submission, status="on-time", selected=True,
                inserted_at=times.text(noon + timedelta(minutes=21)), filename=f"{submission}.parquet",
            )  # fmt: skip
            yield self.tell(seen, entrant=name, round=number, valid=noon + timedelta(minutes=21))

    def scores(self, newest: int) -> Iterator[Told]:
        """Tell today's value of every metric of every round that is scored now."""
        for name in self.everybody():
            for number in range(max(FIRST_ROUND + 1, newest - 66), newest - 4):
                day = newest - 4 - number
                for metric in self.shape.metrics:
                    if day > NAMED[metric].horizon or day % self.shape.every_day:
                        continue
                    if hash_of(number, name) < 0.05:
                        continue
                    score = ScoreSeen(
                        metric=metric, day=day, value=round(self.random.gauss(0, 0.02), 6), percentile=0.5,
                        submission=f"s{number}-{name}", resolved=False,
                    )  # fmt: skip
                    yield self.tell(score, entrant=name, round=number)

    def turn(self, place: int) -> Iterator[Told]:
        here = [name for name in self.working if name in self.runs]
        if not here:
            return
        name = here[place % len(here)]
        yield self.tell(TurnBegan(because="it is its turn"), entrant=name, run=self.runs[name])
        self.pass_time(self.random.uniform(60, 600))
        ended = TurnEnded(because="its slice is over", active_seconds=300, cpu_seconds=100.0)
        yield self.tell(ended, entrant=name, run=self.runs[name])

    def sessions(self) -> Iterator[Told]:
        for name in (one for one in self.working if one in self.runs):
            self.left += 1
            began, session = times.text(self.now), f"s{self.left}"
            started = SessionStarted(session=session, mode="first", conversation="")
            yield self.tell(started, entrant=name, run=self.runs[name])
            self.pass_time(30)
            yield self.tell(
                SessionEnded(
                    session=session, ending=next(iter(SessionEnding)), reason="done", began=began,
                    ended=times.text(self.now), exit_code=0, said=3, calls=5,
                ),
                entrant=name, run=self.runs[name],
            )  # fmt: skip
            usage = UsageCounted(
                session=session, provider="openai", model="m", answers=3, cut=0,
                counts=Counts(input=100, output=10), upto=self.left,
            )  # fmt: skip
            yield self.tell(usage, entrant=name, run=self.runs[name])


def hash_of(number: int, name: str) -> float:
    """Return a part of one that is always the same for a round of an entrant."""
    return Random(f"{number}{name}").random()
