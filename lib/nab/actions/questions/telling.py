"""What the event log tells of a run beside its records: rounds, costs, leftovers, scores beside the control."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from nab.actions.bench import Bench
from nab.core.facts import SessionEnded, TurnEnded
from nab.core.overview.overview import Row
from nab.core.runs import runs
from nab.core.scores.metrics import OBJECTIVES
from nab.core.text import times
from nab.results.detectors.records import Run
from nab.results.questions.studied import Ended, Leftover, Owed, Told

DAY = 86_400.0
VERIFIED, ON_TIME = "verified", "on-time"


def told(bench: Bench, run: Run) -> Told:
    """Gather what the log tells of a run."""
    one = bench.runs()[run.run]
    rows = [row for row in bench.standings().rows if row.entrant == run.entrant and is_of(row, run)]
    control = bench.config.settings.results.control
    usage = one.usage
    dollars = [each.usd for each in usage if each.usd is not None]
    artifact_at, artifact = first_artifact(run, rows)
    gpu = [
        each.fact.gpu_seconds
        for each in bench.log.events()
        if each.run == run.run and isinstance(each.fact, TurnEnded) and each.fact.gpu_seconds is not None
    ]
    return Told(
        owed=tuple(owed(row, metric_of(bench)) for row in rows if row.owed),
        leftovers=tuple(leftover(each, run.until) for each in one.orphans),
        leftover_submissions=sum(row.made_by.startswith("leftover") for row in rows),
        told_leftovers=one.intended.tells_leftovers,
        ended=tuple(ended(each, run) for each in one.ended_sessions),
        cpu_seconds=cpu_seconds(run),
        gpu_seconds=sum(gpu) if gpu else None,
        tokens=sum(each.counts.input + each.counts.output for each in usage),
        usd=sum(dollars) if dollars else None,
        differences=differences(bench, rows, control),
        control=control if control != run.entrant else "",
        artifact_at=artifact_at,
        artifact=artifact,
        prompt_version=one.intended.prompt_version,
    )


def is_of(row: Row, run: Run) -> bool:
    """Say whether a round fell into a run: of one whose times were never told nobody knows better."""
    closes = getattr(row.round, "closes", None)
    return not isinstance(closes, datetime) or closes.timestamp() >= run.began


def owed(row: Row, metric: str) -> Owed:
    """Tell a round that was owed."""
    score = row.scores.get(metric)
    corrected = row.corrected
    return Owed(
        round=row.round.number,
        status=row.outcome.status.value,
        on_time=row.outcome.status.value == VERIFIED and row.outcome.detail == ON_TIME,
        cause=row.outcome.cause.value if row.outcome.cause else "",
        evidence=tuple(f"event {seq}" for seq in row.outcome.because),
        corrected_from=corrected.old if corrected else "",
        corrected_seconds=corrected_after(row),
        percentile=score.percentile if score and score.final else None,
    )


def corrected_after(row: Row) -> float:
    """Return how long after its close an outcome was still told wrongly."""
    closes = getattr(row.round, "closes", None)
    if row.corrected is None or not isinstance(closes, datetime):
        return 0.0
    return max(0.0, (times.parse(row.corrected.until) - closes).total_seconds())


def leftover(one: runs.Orphan, until: float) -> Leftover:
    """Tell a process that outlived its session."""
    gone = one.ended.ended if one.ended else None
    end = times.parse(gone).timestamp() if gone else until
    return Leftover(
        id=one.seen.identity,
        argv=one.seen.argv,
        seconds=max(0.0, end - times.parse(one.seen.since).timestamp()),
        cpu_seconds=one.ended.cpu_seconds if one.ended else None,
        ended=one.ended is not None,
    )


def ended(one: SessionEnded, run: Run) -> Ended:
    """Tell a session's end, and whether a later one called a tool and changed the workspace within a day."""
    at = times.parse(one.ended).timestamp()
    soon = at + DAY
    called = any(at < each.at <= soon and each.session != one.session for each in run.calls)
    changed = any(at < each.at <= soon for each in run.changes)
    return Ended(id=f"session {one.session}", ending=one.ending.value, at=at, recovered=called and changed)


def cpu_seconds(run: Run) -> float | None:
    """Return the CPU seconds of a run's box, over all of its starts."""
    if not run.samples:
        return None
    total, before = 0.0, 0.0
    for one in run.samples:
        total += one.cpu_seconds - before if one.cpu_seconds >= before else one.cpu_seconds
        before = one.cpu_seconds
    return total


def first_artifact(run: Run, rows: list[Row]) -> tuple[float | None, tuple[str, ...]]:
    """Return when the first artifact was made that was later verified, and its places."""
    verified = {row.round.number: row for row in rows if row.outcome.status.value == VERIFIED}
    for one in run.submissions:
        if one.round not in verified:
            continue
        scripts = [each for each in run.changes if each.path == "submit.sh" and each.at <= one.at]
        by_agent = one.by.startswith("session")
        seqs = tuple(f"event {seq}" for seq in verified[one.round].outcome.because)
        if scripts and not by_agent:
            return scripts[-1].at, (scripts[-1].id, one.id, *seqs)
        return one.at, (one.id, *seqs)
    return None, ()


def metric_of(bench: Bench) -> str:
    """Return Numerai's name of the metric that agents are asked for."""
    return OBJECTIVES[bench.config.settings.objective.metric].name


def differences(bench: Bench, rows: list[Row], control: str) -> tuple[tuple[int, float], ...]:
    """Return the final scores of a run's rounds minus the control's, by round; nothing of the control itself."""
    metric = metric_of(bench)
    theirs = finals((row for row in bench.standings().rows if row.entrant == control), metric)
    mine = finals((row for row in rows if row.entrant != control), metric)
    return tuple((number, mine[number] - theirs[number]) for number in sorted(mine.keys() & theirs.keys()))


def finals(rows: Iterable[Row], metric: str) -> dict[int, float]:
    """Return the final scores of rows, by round."""
    scores = ((row.round.number, row.scores.get(metric)) for row in rows)
    return {number: one.value for number, one in scores if one and one.final and one.value is not None}
