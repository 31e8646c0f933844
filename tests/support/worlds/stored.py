"""A state with something of every table in it: two months of log, a run that is over and one that goes on."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from msgspec import structs

from nab.actions.bench import Bench
from nab.core.facts import (
    AnyFact,
    Cause,
    Counts,
    DiagnosticsSeen,
    HarnessSeen,
    MachineSeen,
    OutcomeChanged,
    ReferenceSeen,
    ReferenceValue,
    RunEnded,
    RunEnding,
    RunStarted,
    ScoreSeen,
    SessionEnded,
    SessionEnding,
    SessionStarted,
    SubmissionSeen,
    TurnEnded,
    UploadSeen,
    UsageCounted,
)
from nab.core.recording import segments
from nab.edges.files import compressed, hashed
from nab.edges.git import repository
from nab.edges.log.event_log import EventLog
from support.records import logs, recorded

MAY, JUNE = datetime(2026, 5, 16, 12, tzinfo=UTC), datetime(2026, 6, 2, 12, tzinfo=UTC)
OVER, GOES_ON = "2026-05-15T090000Z-claude-l3", "2026-06-01T090000Z-claude-l3"
WHO, ROUND = "claude-l3", 1269
SECRET_WORDS = "the agent's own words"
PAGE = {"response": {"sha256": "ab" * 32, "bytes": 61_440, "title": "Data", "truncated": False, "kept": True}}
TORN = b'{"time":"2026-05-16T13:02:0'


def fill(bench: Bench) -> None:
    """Write it all."""
    of_log(bench)
    for run in (OVER, GOES_ON):
        of_calls(bench.run(run).http, run)
    of_run(bench, OVER)


def write(
    bench: Bench, month: datetime, fact: AnyFact, run: str | None = None, round: int | None = None
) -> None:
    """Append an event in a month, all but facts of the installation about the entrant."""
    log = EventLog(bench.paths.events, "test", now=lambda: month)
    log.append(fact, run=run, round=round, entrant=WHO if run or round else None)


def of_log(bench: Bench) -> None:
    """Write the event log. The score of day 20 is told twice, and then revised."""
    intended = structs.replace(logs.intended("claude"), llm="claude-opus")
    for fact in (
        HarnessSeen(version="0.1.0", commit="abc"),
        MachineSeen(cpu="a cpu", cores=2, gpus=("H200",)),
    ):
        write(bench, MAY, fact)
    write(bench, MAY, intended, OVER)
    write(bench, MAY, RunStarted(started_at="2026-05-15T09:00:10.000Z"), OVER)
    write(bench, MAY, SessionStarted(session="work-1", mode="first", conversation=""), OVER)
    ended = SessionEnded(
        session="work-1",
        ending=SessionEnding.DONE,
        reason="done",
        began="2026-05-15T09:00:11.000Z",
        ended="2026-05-15T10:00:00.000Z",
        calls=3,
    )
    write(bench, MAY, ended, OVER)
    counts = Counts(input=5, output=2)
    usage = UsageCounted(
        session="work-1", provider="anthropic", model="claude-opus", answers=1, cut=0, counts=counts, upto=9, usd=0.5
    )  # fmt: skip
    write(bench, MAY, usage, OVER)
    write(bench, MAY, TurnEnded(because="the run ended", active_seconds=3600.0, cpu_seconds=60.0), OVER)
    write(
        bench,
        MAY,
        RunEnded(ending=RunEnding.FINISHED, cause=Cause.AGENT, reason="by itself", exit_code=0),
        OVER,
    )
    write(bench, MAY, logs.enrolled("claude"), OVER)
    write(bench, MAY, logs.round_seen(), round=ROUND)
    write(bench, MAY, UploadSeen(submission="s1", by="scheduler", how="alone"), OVER, ROUND)
    listed = SubmissionSeen(
        submission="s1", status="on-time", selected=True, inserted_at="2026-05-16T12:30:00.000Z"
    )
    write(bench, MAY, listed, round=ROUND)
    value = ScoreSeen(metric="mmc", day=20, value=0.01, percentile=0.6, submission="s1", version="v1")
    for month, fact in (
        (MAY, value),
        (MAY, structs.replace(value, resolved=True)),
        (JUNE, structs.replace(value, value=0.02)),
        (JUNE, structs.replace(value, value=None, day=21)),
        (JUNE, OutcomeChanged(old="missed", new="verified on-time", because=(13,))),
    ):
        write(bench, month, fact, round=ROUND)
    seen = (ReferenceValue(ROUND, "mmc", 20, 0.03, None, "v1"), ReferenceValue(ROUND, "mmc", 19, None, 0.5))
    write(bench, JUNE, ReferenceSeen(model="a_model", id="its-id", account="numerai", values=seen))
    write(bench, JUNE, structs.replace(intended, llm="claude-haiku"), GOES_ON)


def of_calls(record: Path, run: str) -> None:
    """Write a record of calls in three segments: one compressed, one with lines that are none or null, one torn."""
    record.parent.mkdir(parents=True)
    first = lines(run, range(0, 4))
    second = lines(run, range(4, 6)) + b"no JSON\n[1]\nnull\n" + lines(run, range(6, 8))
    third = lines(run, range(8, 10)) + TORN
    start = 0
    for content in (first, second, third):
        path = record.with_name(segments.name(record.name, start))
        if start == 0:
            compressed.beside(path).write_bytes(b"".join(compressed.members([content[:200], content[200:]])))
        else:
            path.write_bytes(content)
        start += len(content)


def lines(run: str, numbers: range) -> bytes:
    """Return lines of calls; the odd ones read a page."""
    return b"".join(json.dumps(call(run, one), separators=(",", ":")).encode() + b"\n" for one in numbers)


def call(run: str, number: int) -> dict[str, object]:
    """Return a call; of the last one of ten nothing but its beginning is told."""
    return {
        "schema": 2,
        "time": f"2026-05-16T13:02:{number:02d}.000Z",
        "phase": "start" if number == 9 else "done",
        "seq": number,
        "run": run,
        "session": "work-1",
        "id": f"call-{number}",
        "host": "docs.numer.ai",
        "path": f"/{SECRET_WORDS}",
        "status": 200,
        "response_bytes": 100 * number,
        "category": "docs",
        "denied": {"rule": "port", "why": "closed"} if number == 2 else None,
        "page": PAGE if number % 2 else None,
    }


def of_run(bench: Bench, run: str) -> None:
    """Write what else there is of a run: its session, history, packages, resources, processes and a diagnosis."""
    paths = bench.run(run)
    printed = paths.sessions / "work-1" / "stdout.jsonl"
    printed.parent.mkdir(parents=True)
    printed.write_bytes(b"\n".join(recorded.lines("claude", "basic")))
    paths.packages.write_text(
        '{"time":"2026-05-15T09:01:00.000Z","place":"/opt/venv","kind":"python",'
        '"packages":{"lightgbm":"4.5.0","numpy":"2.0.0"},"more":0}\n'
    )
    paths.resources.write_text(
        '{"time":"2026-05-15T09:01:00.000Z","cpu_seconds":12.5,"processes":3,"memory_peak_bytes":4096,"started":true}\n'
    )
    paths.processes.write_text(
        '{"time":"2026-05-15T09:01:00.000Z","what":"appeared","id":"4021:1","pid":4021,"inside":9,"parent":1,'
        '"group":9,"leader":9,"argv":"python train.py","began":"2026-05-15T09:00:59.000Z","session":"work-1"}\n'
    )
    of_history(paths.history)
    answer = {
        "perEraDiagnostics": [
            {"era": "0857", "validationCorr": 0.02, "validationMmc": None},
            {"validationCorr": 1},
        ]
    }
    name = hashed.keep(paths.diagnoses, json.dumps(answer).encode())
    seen = DiagnosticsSeen(
        diagnostics="d1",
        filename="a.csv",
        inserted_at="2026-05-15T09:30:00.000Z",
        status="done",
        metrics={"validationMmcMean": None},
        answer=name,
        eras=1,
    )
    write(bench, JUNE, seen, run)


def of_history(history: Path) -> None:
    """Write two commits: two files, then one of them changed and the other gone."""
    history.mkdir()
    repository.make(history)
    for seconds, change in (
        (1_778_900_000, {b"a.py": b"1", b"b c.py": b"2"}),
        (1_778_900_060, {b"a.py": b"3"}),
    ):
        commit(history, seconds, change)


def commit(history: Path, seconds: int, change: dict[bytes, bytes]) -> None:
    """Commit files; in every commit but the first one `b c.py` goes."""
    before = repository.head(history)
    path = history / "stream"
    with path.open("w+b") as stream:
        repository.begin(stream, before, "a look", seconds)
        for name, content in change.items():
            repository.put(stream, name, b"100644", content)
        if before:
            repository.drop(stream, b"b c.py")
        assert repository.record(history, stream, 30)
    path.unlink()
