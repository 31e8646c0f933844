"""A log of a few hours in which everything befell its runs that a report can tell of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import structs

from nab.core.facts import (
    AnyFact,
    AttemptEnded,
    BoxEnded,
    BoxStarted,
    CallsDenied,
    Cause,
    Counts,
    Dropped,
    GapSeen,
    Intervened,
    OrphanEnded,
    OrphanSeen,
    Place,
    Poll,
    RoundRanked,
    RunCreated,
    RunEnded,
    RunEnding,
    RunStarted,
    RunStarting,
    ScoreSeen,
    ScriptChecked,
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
from nab.core.log.events import encode
from nab.core.log.segments import month
from nab.core.text import times
from support.records.logs import CLOSES, NOON, ROUND, RUN, WHO, Log, enrolled, intended, round_seen

OTHER, LOST, QUEUED = "claude-l3", "gemini-l4", "baseline-l3"
OTHER_RUN, LOST_RUN, QUEUED_RUN = (f"2026-05-15T100000Z-{name}" for name in (OTHER, LOST, QUEUED))
NOW = CLOSES + timedelta(hours=20)


def text(hours: float) -> str:
    """Write an instant so many hours after the noon at which the round opened."""
    return times.text(NOON + timedelta(hours=hours))


def eventful() -> Log:
    """Return the log: a run that is over, one that works, one that lost its box, one that waits; one round."""
    log = Log()
    for at, who, run, facts in (*working(), *lost(), *waiting(), *over()):
        for fact in facts:
            log.add(fact, NOON + timedelta(hours=at), entrant=who, run=run)
    for at, who, fact in in_the_round():
        log.add(fact, at, valid=at, entrant=who, round=ROUND.number)
    return log


def write(log: Log, folder: Path) -> None:
    """Write the log where a bench reads it."""
    folder.mkdir(parents=True, exist_ok=True)
    for event in log.events:
        with (folder / month(times.parse(event.known)).name).open("ab") as file:
            file.write(encode(event))


Told = tuple[float, str, str, list[AnyFact]]


def session_ended(name: str, ending: SessionEnding, **more: object) -> SessionEnded:
    return SessionEnded(
        session=name, ending=ending, reason="so it ended", began=text(-24), ended=text(-23), **more
    )  # type: ignore[arg-type]


def usage(name: str, usd: float | None, own: Counts | None = None) -> UsageCounted:
    counts = Counts(input=900, cache_read=5, output=100, reasoning=7)
    return UsageCounted(
        session=name, provider="openai", model="m", answers=2, cut=1, counts=counts, upto=9, own=own, usd=usd,
        prices="2026-05",
    )  # fmt: skip


def over() -> Iterator[Told]:
    """Tell a run that is over and enrolled, in which two sessions ended badly."""
    made = structs.replace(
        intended(), llm="gpt-6.1-sol", scripted=True, siblings={"nab_other": "id-of-other"}
    )
    yield (
        -10,
        WHO,
        RUN,
        [made, RunStarting(), RunCreated(container="c" * 64), RunStarted(started_at=text(-10))],
    )
    yield -9, WHO, RUN, [
        SessionStarted(session="work-1", mode="first", conversation="c1"),
        GapSeen(witness="proxy", began=text(-9), ended=text(-8.9), reason="it had ended"),
        GapSeen(witness="monitor", began=text(-8), ended=text(-7.9), reason="it hung"),
        session_ended("work-1", SessionEnding.CRASH, exit_code=-9, oom_kills=1, calls=3),
        usage("work-1", 0.5, Counts(input=901, output=100)),
        SessionStarted(session="work-2", mode="resume", conversation="c1", because="crash", leftovers=("sh a",)),
        session_ended("work-2", SessionEnding.RATE_LIMIT, retry_at=text(-5)),
        usage("work-2", None),
        OrphanSeen(identity="b:1:2", argv="sh a \u00e9", session="work-1", since=text(-9), pid=7, began=text(-10)),
        OrphanSeen(identity="b:2:3", argv="sh b", session="work-1", since=text(-9), pid=8),
        OrphanEnded(identity="b:1:2", ended=text(-8), cpu_seconds=1.5),
        Intervened(what="stall", text="ended after 120 minutes without a word"),
        CallsDenied(rule="host", why="not public", host="x", count=3, first=text(-9), last=text(-8), upto=5),
    ]  # fmt: skip
    yield -5, WHO, RUN, [
        ScriptChecked(verdict="missing", detail="there is none", sha256="ab" * 32),
        RunEnded(ending=RunEnding.FINISHED, cause=Cause.AGENT, reason="it says \x1b that it is done", exit_code=0),
        enrolled(),
        Dropped(what="calls", bytes=12345, because="it is old"),
    ]  # fmt: skip


def working() -> Iterator[Told]:
    """Tell a run that works, on a disk with a limit."""
    made = structs.replace(
        intended("claude"), disk="watched", disk_bytes=1 << 26, disk_files=2000, llm="opus"
    )
    yield -21, OTHER, OTHER_RUN, [enrolled("claude"), made, RunStarted(started_at=text(-21))]
    for place in range(6):
        name = f"work-{place + 1}"
        yield -20 + place, OTHER, OTHER_RUN, [
            SessionStarted(session=name, mode="first", conversation=""),
            session_ended(name, SessionEnding.UNCLASSIFIED, retry_at=text(8)),
        ]  # fmt: skip
    yield (
        -13,
        OTHER,
        OTHER_RUN,
        [
            usage("work-1", 1234.5),
            OrphanSeen(identity="b:9:9", argv="python t.py", session="work-1", since=text(-13), pid=9),
        ],
    )


def lost() -> Iterator[Told]:
    """Tell a run that had turns and lost its box twice."""
    box = BoxEnded(
        container="d" * 64, started_at=text(-20), cause=Cause.HARNESS, reason="the engine took it", again_at=text(9),
        exit_code=137, oom_kills=0, finished_at=text(-19),
    )  # fmt: skip
    yield -12, LOST, LOST_RUN, [
        intended("gemini", Level.L4), enrolled("gemini", Level.L4), RunStarted(started_at=text(-12)),
        TurnEnded(because="claude-l3", active_seconds=3600, cpu_seconds=7200, gpu_seconds=60),
        TurnBegan(because="it is its turn"), box, BoxStarted(container="d" * 64, started_at=text(-11)), box,
    ]  # fmt: skip


def waiting() -> Iterator[Told]:
    """Tell a run that waits for its turn."""
    yield -11, QUEUED, QUEUED_RUN, [structs.replace(intended("baseline"), budget_seconds=None)]


def in_the_round() -> Iterator[tuple[datetime, str | None, AnyFact]]:
    """Tell a round that one entrant missed, as it seemed, and the other did."""
    yield NOON, None, round_seen()
    fire = ("fire", "the window is open and nothing is listed yet")
    yield NOON, None, Tick(window="open", decisions={WHO: fire, OTHER: fire}, skew_seconds=0.2)
    failed = AttemptEnded(exit_code=3, seconds=4, cause=Cause.AGENT, reason="exit code 3")
    yield NOON + timedelta(minutes=5), OTHER, failed
    yield NOON + timedelta(minutes=5), WHO, UploadSeen(submission="s1", by="scheduler")
    for hours in (3, 4):
        for who in (WHO, OTHER):
            yield NOON + timedelta(hours=hours), who, Poll(ok=True)
    seen = SubmissionSeen(submission="s1", status="on-time", selected=True, inserted_at=text(0.1))
    yield NOON + timedelta(hours=5), WHO, seen
    for metric, day, value in (("mmc", 20, -0.004), ("v2_corr20", 19, 0.0123), ("corr60", 3, None)):
        score = ScoreSeen(
            metric=metric, day=day, value=value, percentile=0.731, submission="s1", resolved=False
        )
        yield NOON + timedelta(hours=6), WHO, score
    yield NOON + timedelta(hours=7), WHO, RoundRanked(places={"mmc": Place(rank=3, of=5432)})
