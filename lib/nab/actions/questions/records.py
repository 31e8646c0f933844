"""A run's records as the detectors see them: from the results store, its history and the pages that were kept."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from typing import Any

import msgspec

from nab import agents
from nab.actions.bench import Bench
from nab.actions.questions import likeness, moments
from nab.actions.transcripts import transcripts
from nab.core.agents.events import AnyEvent
from nab.core.errors import NabError
from nab.core.text.sql import literal
from nab.edges.git import objects, repository
from nab.edges.store import database
from nab.edges.store.database import Connection
from nab.paths import RunPaths
from nab.results.detectors.records import (
    OURS,
    Asked,
    Call,
    Change,
    Diagnosis,
    Fetched,
    Model,
    Part,
    Run,
    Said,
    Sample,
    Submission,
    in_order,
)

LARGEST_TEXT = 256 << 10
TICK = 1e-5  # seconds between two lines of which neither has a time
TEXTS = (".py", ".ipynb", ".sh", ".md", ".rst", ".log", ".txt", ".csv", ".tsv", ".json", ".jsonl", ".out")
CALLS = """SELECT source || ':' || line AS id, source, line, epoch(time) AS at, session, conversation, name, command,
    arguments, result, failed, exit_code, epoch(answered_at) AS until FROM tool_calls WHERE run = {run}"""
MESSAGES = """SELECT source || ':' || line AS id, source, line, epoch(time) AS at, session, conversation, role, text,
    thought FROM messages WHERE run = {run}"""
PAGES = """SELECT 'call ' || id AS id, epoch(time) AS at, session, category, host, path, title, sha256 FROM pages
    WHERE run = {run} AND which = 'response' AND category <> 'self-test' ORDER BY time"""
ASKED = """SELECT 'call ' || id AS id, epoch(time) AS at, session, graphql_fields AS fields FROM requests
    WHERE run = {run} AND graphql_fields IS NOT NULL ORDER BY time"""
MODELS = """SELECT 'call ' || id AS id, epoch(time) AS at, session, epoch(time) + coalesce(seconds, 0) AS until
    FROM requests WHERE run = {run} AND category = 'llm' ORDER BY time"""
FILES = """SELECT commit, epoch(time) AS at, path, blob FROM files WHERE run = {run} ORDER BY time, path"""
DIAGNOSES = """SELECT 'event ' || seq AS id, epoch(coalesce(inserted_at, known)) AS at, coalesce(sha256, '') AS sha256,
    metrics, answer FROM diagnostics WHERE run = {run} AND status = 'done' ORDER BY inserted_at, seq"""
ERAS = "SELECT answer, era, metric, value FROM diagnosed_eras WHERE run = {run} AND value IS NOT NULL ORDER BY era"
SUBMISSIONS = """SELECT 'event ' || uploads.seq AS id, epoch(uploads.valid) AS at, uploads.round AS round,
    made_by AS by, uploads.submission AS submission, coalesce(listed.verified, false) AS verified,
    coalesce(files.sha256, '') AS sha256, coalesce(scripts.script, '') AS script
    FROM uploads
    LEFT JOIN (SELECT submission, bool_or(coalesce(error, '') = '' AND status IN ('on-time', 'late')) AS verified,
        max(filename) AS filename FROM submissions GROUP BY submission) AS listed
        ON listed.submission = uploads.submission
    LEFT JOIN (SELECT path, max(upload_sha256) AS sha256 FROM requests WHERE upload_sha256 IS NOT NULL GROUP BY path)
        AS files ON listed.filename <> '' AND files.path LIKE '%/' || listed.filename
    LEFT JOIN (SELECT entrant, round, max_by(data ->> 'script', seq) AS script FROM events
        WHERE kind = 'attempt.started' GROUP BY ALL) AS scripts
        ON scripts.entrant = uploads.entrant AND scripts.round = uploads.round
    WHERE uploads.run = {run} ORDER BY uploads.valid, uploads.seq"""
SAMPLES = """SELECT epoch(time) AS at, coalesce(cpu_seconds, 0) AS cpu_seconds,
    coalesce(written_bytes, 0) AS written_bytes FROM resources WHERE run = {run} ORDER BY time"""
SPAN = """SELECT epoch(min(coalesce(started, intended))) AS began, epoch(max(ended)) AS ended FROM runs
    WHERE run = {run}"""
STARTS = "SELECT session, epoch(min(began)) AS at FROM sessions WHERE run = {run} GROUP BY session"
SESSIONS = "SELECT epoch(began) AS began, epoch(ended) AS ended, ending FROM sessions WHERE run = {run} ORDER BY began"
TURNS = """SELECT epoch(valid) AS at, kind FROM events WHERE run = {run} AND kind IN ('turn.began', 'turn.ended')
    AND NOT coalesce((data ->> 'beside')::BOOLEAN, false) ORDER BY seq"""
ATTEMPTS = """SELECT epoch(valid) - coalesce((data ->> 'seconds')::DOUBLE, 0) AS began, epoch(valid) AS ended
    FROM events WHERE run = {run} AND kind = 'attempt.ended' ORDER BY seq"""
WAITED = frozenset({"rate_limit", "usage_limit", "overload"})


def of_run(bench: Bench, connection: Connection, name: str) -> Run:
    """Gather a run's records. What of them is missing or damaged is not there, and nothing is raised for it."""
    run, paths = bench.runs()[name], bench.run(name)
    ask = asker(connection, name)
    (spans,) = ask(SPAN)
    newest = ask("SELECT epoch(max(known)) AS at FROM events")[0]["at"]
    began, until = spans["began"] or 0.0, spans["ended"] or newest or 0.0
    sessions = ask(SESSIONS)
    starts = {one["session"]: one["at"] for one in ask(STARTS)}
    calls, messages = ask(CALLS), ask(MESSAGES)
    if any(row["at"] is None for row in (*calls, *messages)):
        moments.give(transcript(bench, paths, run.intended.agent), calls, messages)
    give_times([*calls, *messages], starts, began)
    changes = tuple(of_history(paths, ask(FILES)))
    return Run(
        run=name,
        entrant=run.entrant,
        agent=run.intended.agent,
        began=began,
        until=until,
        calls=in_order([*made(Call, calls)]),
        said=in_order([*made(Said, messages)]),
        fetched=in_order([*made(Fetched, (row | {"text": page(paths, row["sha256"])} for row in ask(PAGES)))]),
        asked=in_order([*made(Asked, (row | {"fields": names(row["fields"])} for row in ask(ASKED)))]),
        changes=changes,
        diagnoses=in_order([*of_diagnoses(ask(DIAGNOSES), ask(ERAS))]),
        submissions=likeness.of_submissions(paths, in_order([*made(Submission, ask(SUBMISSIONS))]), changes),
        samples=tuple(msgspec.convert(row, Sample) for row in ask(SAMPLES) if row["at"] is not None),
        models=in_order([*made(Model, ask(MODELS))]),
        sessions=awake(sessions, began, until, control=not run.intended.llm),
        paused=tuple(paused(ask(TURNS), until)),
        quota=tuple(quota(sessions, until)),
        windows=tuple((one["began"], one["ended"]) for one in ask(ATTEMPTS)),
    )  # fmt: skip


def transcript(bench: Bench, paths: RunPaths, agent: str) -> Iterator[AnyEvent]:
    """Yield what a run's agent wrote of itself beside its output; nothing of an agent that is no longer there."""
    try:
        adapter = agents.find(bench.config.images, agent).cli
    except NabError:
        return
    if adapter is not None:
        yield from transcripts.kept(paths, adapter)


def awake(
    sessions: list[dict[str, Any]], began: float, until: float, *, control: bool
) -> tuple[tuple[float, float], ...]:
    """Return when a run's program ran: a control has no sessions, and works all the time."""
    if control and not sessions:
        return ((began, until),)
    return tuple((one["began"], one["ended"] or until) for one in sessions if one["began"] is not None)


def asker(connection: Connection, run: str) -> Any:
    """Return what asks about a run: rows as dictionaries."""

    def ask(query: str) -> list[dict[str, Any]]:
        columns, rows = database.rows(connection, query.format(run=literal(run)))
        return [dict(zip(columns, row, strict=True)) for row in rows]

    return ask


def made(kind: type[Part], rows: Any) -> Iterator[Any]:
    """Make parts of rows; what a row does not tell is as its default is, and one without a time is left out."""
    for row in rows:
        if row["at"] is not None:
            yield msgspec.convert(
                {key: value for key, value in row.items() if value is not None}, kind, strict=False
            )


def give_times(rows: list[dict[str, Any]], starts: dict[str, float], began: float) -> None:
    """Give what its program wrote no time the last time before it in its session, so that the order stays."""
    last: dict[str, float] = {}
    for row in sorted(rows, key=lambda one: (one["session"], one["source"], one["line"])):
        session = row["session"]
        before = last.get(session, starts.get(session, began))
        row["at"] = last[session] = max(row["at"] or 0.0, before + TICK)


def names(written: str | None) -> tuple[str, ...]:
    """Read a list of names."""
    try:
        return tuple(msgspec.json.decode(written or "[]", type=list[str]))
    except msgspec.MsgspecError:
        return ()


def page(paths: RunPaths, sha256: str | None) -> str:
    """Return the text of a page that was kept; nothing where it was not, or is damaged."""
    if not sha256:
        return ""
    try:
        with gzip.open(paths.pages / sha256[:2] / f"{sha256}.gz") as text:
            return text.read(LARGEST_TEXT).decode("utf-8", "replace")
    except (OSError, EOFError, zlib.error):
        return ""


def of_history(paths: RunPaths, rows: list[dict[str, Any]]) -> Iterator[Change]:
    """Yield what changed in the workspace; of files that are texts, not too large, with what is in them.

    What the watcher itself writes beside the agent's files is no work of the agent's.
    """
    rows = [row for row in rows if not row["path"].startswith(OURS)]
    wanted = sorted({row["blob"] for row in rows if row["blob"] and row["path"].endswith(TEXTS)})
    texts: dict[str, str] = {}
    if wanted and repository.head(paths.history):
        sizes = objects.sizes(paths.history, wanted)
        small = [blob for blob in wanted if sizes.get(blob, LARGEST_TEXT + 1) <= LARGEST_TEXT]
        for found in objects.objects(paths.history, small):
            texts[found.id] = found.content.decode("utf-8", "replace")
    for row in rows:
        text = texts.get(row["blob"] or "")
        yield Change(id=f"{row['commit'][:12]}:{row['path']}", at=row["at"], path=row["path"], text=text)


def of_diagnoses(rows: list[dict[str, Any]], eras: list[dict[str, Any]]) -> Iterator[Diagnosis]:
    """Yield what Numerai diagnosed, with the values of its eras."""
    by_answer: dict[str, dict[str, dict[str, float]]] = {}
    for era in eras:
        by_answer.setdefault(era["answer"], {}).setdefault(era["metric"], {})[era["era"]] = era["value"]
    for row in rows:
        try:
            metrics = msgspec.json.decode(row["metrics"] or "{}", type=dict[str, float | None])
        except msgspec.MsgspecError:
            metrics = {}
        if row["at"] is not None:
            found = by_answer.get(row["answer"] or "", {})
            yield Diagnosis(id=row["id"], at=row["at"], sha256=row["sha256"], metrics=metrics, eras=found)


def paused(rows: list[dict[str, Any]], until: float) -> Iterator[tuple[float, float]]:
    """Yield when a run waited for its next turn."""
    ended: float | None = None
    for row in rows:
        if row["kind"] == "turn.ended":
            ended = row["at"]
        elif ended is not None:
            yield ended, row["at"]
            ended = None
    if ended is not None and ended < until:
        yield ended, until


def quota(sessions: list[dict[str, Any]], until: float) -> Iterator[tuple[float, float]]:
    """Yield when a run waited for its provider: from a session that it ended to the next one."""
    for place, one in enumerate(sessions):
        if one["ending"] in WAITED and one["ended"] is not None:
            following = sessions[place + 1]["began"] if place + 1 < len(sessions) else until
            yield one["ended"], following or until


def find(bench: Bench, entrants: str = "") -> list[str]:
    """Return the newest run of every entrant, or of one. Raises NabError where there is none."""
    newest: dict[str, str] = {}
    for name, run in bench.runs().items():
        if run.started_at and (not entrants or run.entrant == entrants):
            newest[run.entrant] = name
    if not newest:
        raise NabError(
            f"no run of {entrants!r} has begun" if entrants else "no run has begun yet",
            hint="make runs lists them",
        )
    return [newest[entrant] for entrant in sorted(newest)]
