"""The rows that are worked out in Python: of histories, sessions, Numerai's answers, and of the log as a whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import msgspec

from nab import agents
from nab.actions.bench import Bench
from nab.actions.results import models
from nab.actions.results.sources import NO_RUN, Worked
from nab.actions.transcripts import streams, transcripts
from nab.core.agents import places
from nab.core.agents.adapters import Adapter
from nab.core.agents.events import Message, ToolCall, ToolResult
from nab.core.errors import NabError
from nab.core.overview.overview import Row
from nab.core.recording.workspace.paths import unquoted
from nab.core.text import times
from nab.edges.files import compressed, files, hashed
from nab.edges.git import objects, repository
from nab.paths import RunPaths
from nab.results.tables import worked_out as tables
from nab.results.tables.columns import Recorded
from nab.results.tables.of_models import PRINTED_METRICS

BLOCK = 500  # commits; only the last block grows
RAW = re.compile(r":\d+ (?P<mode>\d+) [0-9a-f]+ (?P<blob>[0-9a-f]+) (?P<change>[A-Z])\d*\t(?P<path>.*)")
NONE = re.compile("0+")


def of_run(bench: Bench, run: str, agent: str) -> Iterator[tuple[Recorded, Iterator[Worked]]]:
    """Yield what is worked out of a run's records, each with the table that it is for first of all."""
    paths = bench.run(run)
    yield tables.COMMITS, of_history(paths, run)
    yield tables.DIAGNOSED_ERAS, of_diagnoses(paths, run)
    try:
        adapter = agents.find(bench.config.images, agent).cli
    except NabError:  # an agent that is not here any more
        adapter = None
    if adapter is not None:
        yield tables.MESSAGES, of_sessions(paths, run, adapter)


def of_alarms(bench: Bench) -> Worked:
    """Return the alarms that hold."""
    return Worked(tables.ALARMS, NO_RUN, "newest", files.size(bench.paths.alarms), lambda: alarms(bench))


def of_outcomes(bench: Bench) -> Worked:
    """Return what the whole log folds to."""
    return Worked(tables.OUTCOMES, NO_RUN, "newest", bench.standings().upto_seq, lambda: outcomes(bench))


def outcomes(bench: Bench) -> Iterator[dict[str, Any]]:
    """Yield a row for every entrant in every round that it was owed or was seen in."""
    standings = bench.standings()
    yield from (outcome(row, standings.upto_seq) for row in standings.rows)


def outcome(row: Row, seq: int) -> dict[str, Any]:
    """Tell what became of an entrant in a round."""
    found = row.outcome
    return {
        "entrant": row.entrant,
        "round": row.round.number,
        "owed": row.owed,
        "status": found.status,
        "detail": found.detail,
        "cause": found.cause,
        "reason": found.reason,
        "submission": found.submission,
        "made_by": row.made_by,
        "because": found.because,
        "as_of_seq": seq,
    }


def alarms(bench: Bench) -> Iterator[dict[str, Any]]:
    """Yield the alarms that hold and were told."""
    if not bench.paths.alarms.exists():
        return
    for key, told in files.read_json(bench.paths.alarms, dict[str, dict[str, str]]).items():
        yield {"alarm": key, "since": told.get("since"), "text": told.get("text")}


def of_history(paths: RunPaths, run: str) -> Iterator[Worked]:
    """Yield the commits of a workspace's history in blocks, and what each changed."""
    head = repository.head(paths.history)
    if not head:
        return
    found = objects.commits(paths.history, "", head)
    for start in range(0, len(found), BLOCK):
        block = found[start : start + BLOCK]
        before = found[start - 1][0] if start else ""
        changed = partial(changes, paths, run, before, block)
        key = f"{start:09d}"
        files_of = Worked(tables.FILES, run, key, len(block), changed)
        yield files_of
        yield Worked(tables.COMMITS, run, key, len(block), partial(commits, run, block, changed))
        yield from models.of_block(files_of, paths.history, before, changed)


def commits(run: str, block: list[tuple[str, int]], changed: Any) -> Iterator[dict[str, Any]]:
    """Yield a row for every commit."""
    counts: dict[str, int] = {}
    for row in changed():
        counts[row["commit"]] = counts.get(row["commit"], 0) + 1
    for commit, at in block:
        yield {"run": run, "commit": commit, "time": instant(at), "files": counts.get(commit, 0)}


def changes(paths: RunPaths, run: str, before: str, block: list[tuple[str, int]]) -> Iterator[dict[str, Any]]:
    """Yield a row for every file that commits changed."""
    span = f"{before}..{block[-1][0]}" if before else block[-1][0]
    words = (
        "log",
        "--reverse",
        "--first-parent",
        "--raw",
        "--no-renames",
        "--no-abbrev",
        "--format=%H %ct",
        span,
    )
    commit, at = "", 0
    with objects.printed(paths.history, *words) as lines:
        for line in lines:
            text = line.decode("utf-8", "replace").rstrip("\n")
            if found := RAW.fullmatch(text):
                there = not NONE.fullmatch(found["blob"])
                yield {
                    "run": run,
                    "commit": commit,
                    "time": instant(at),
                    "path": unquoted(found["path"]).decode("utf-8", "backslashreplace"),
                    "change": found["change"],
                    "mode": found["mode"] if there else None,
                    "blob": found["blob"] if there else None,
                }
            elif text:
                commit, at = text.split()[0], int(text.split()[1])


def instant(seconds: int) -> str:
    return times.text(times.of_seconds(seconds))


def of_diagnoses(paths: RunPaths, run: str) -> Iterator[Worked]:
    """Yield the eras of every whole answer that is kept. An answer never changes: its name is its hash."""
    for path in sorted(paths.diagnoses.glob(f"*{hashed.ENDING}")):
        name = path.name.removesuffix(hashed.ENDING)
        if hashed.DIGEST.fullmatch(name):
            yield Worked(tables.DIAGNOSED_ERAS, run, name, 1, partial(eras, paths, run, name))


def eras(paths: RunPaths, run: str, name: str) -> Iterator[dict[str, Any]]:
    """Yield the values of an answer's eras. What is damaged or of another form has none."""
    try:
        told = msgspec.json.decode(hashed.read(paths.diagnoses, name))
    except (NabError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return
    listed = told.get("perEraDiagnostics") if isinstance(told, dict) else None
    for era in listed if isinstance(listed, list) else []:
        if not isinstance(era, dict) or era.get("era") is None:
            continue
        for metric, value in era.items():
            if metric != "era" and (value is None or isinstance(value, int | float)):
                yield {"run": run, "answer": name, "era": str(era["era"]), "metric": metric, "value": value}


def of_sessions(paths: RunPaths, run: str, adapter: Adapter) -> Iterator[Worked]:
    """Yield what the sessions of a run said and did. One whose copy has grown is read again from its beginning."""
    for session in streams.sessions(paths):
        copies = streams.editions(paths.sessions / session / places.COPIED["stdout"])
        size = sum(map(compressed.size, copies))
        if size:
            yield Worked(tables.MESSAGES, run, session, size, partial(messages, paths, run, session, adapter))
            called = partial(calls, paths, run, session, adapter)
            yield Worked(tables.TOOL_CALLS, run, session, size, called)
            yield Worked(PRINTED_METRICS, run, session, size, partial(printed, called))


def printed(called: Callable[[], Iterable[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """Yield the metrics that the tool calls of a session gave back."""
    return models.in_calls(called())


def messages(paths: RunPaths, run: str, session: str, adapter: Adapter) -> Iterator[dict[str, Any]]:
    """Yield a row for everything that was said."""
    for event in transcripts.events(paths, adapter, session):
        if isinstance(event, Message):
            yield {
                **here(event, run, session),
                "role": event.role,
                "thought": event.thought,
                "part": event.part,
                "text": event.text,
                "chars": len(event.text),
            }


def calls(paths: RunPaths, run: str, session: str, adapter: Adapter) -> Iterable[dict[str, Any]]:
    """Return a row for every tool call, with what came back for it; the last answer counts."""
    found: dict[str, dict[str, Any]] = {}
    for event in transcripts.events(paths, adapter, session):
        match event:
            case ToolCall():
                row = found.setdefault(event.call, here(event, run, session))
                row |= {"call": event.call, "parent": event.parent, "name": event.name}
                row |= {"arguments": event.arguments, "command": event.command}
            case ToolResult() if event.call in found:
                row = found[event.call]
                row |= {"answered_at": at(event.at), "failed": event.failed, "exit_code": event.exit_code}
                row |= {"result": event.text, "result_chars": len(event.text)}
            case _:
                pass
    return found.values()


def here(event: Message | ToolCall, run: str, session: str) -> dict[str, Any]:
    """Say where an event stands."""
    where = {"source": event.source, "line": event.line, "conversation": event.session}
    return {"run": run, "session": session, "time": at(event.at), **where}


def at(written: str) -> str | None:
    """Return an instant that a program wrote, in UTC; None for what is none."""
    found = times.parse_or_none(written)
    return times.text(found) if found else None
