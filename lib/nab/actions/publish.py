"""Derived files and pages: everything here can be deleted and is made again from the log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from nab.actions.bench import Bench
from nab.core import costs
from nab.core.closed import NOTHING, Closed
from nab.core.compaction import NEWEST_RUNS
from nab.core.events import Draft
from nab.core.facts import OutcomeChanged
from nab.core.outcomes import Status
from nab.core.runs import Run, RunState, Session
from nab.core.sessions import plans
from nab.core.standings import Row, Standings
from nab.edges import files
from nab.paths import Paths

SCHEMA = 1
ROUNDS_SHOWN = 5


def publish(bench: Bench) -> None:
    """Bring every derived file up to date with the log, and note what turned out differently than published."""
    standings = bench.standings()
    if note_changes(bench, standings):
        standings = bench.standings()
    bring_up_to_date(derived(bench.paths, standings, bench.log.read().closed))


def rebuild(bench: Bench) -> tuple[int, int]:
    """Make every derived file again from the log alone. Returns how many were not right, and how many were."""
    bench.paths.checkpoint.unlink(missing_ok=True)
    contents = derived(bench.paths, bench.standings())
    for folder in (bench.paths.rounds, bench.paths.entrants):
        for path in set(folder.glob("*.json")) - set(contents):
            path.unlink()
    remade = bring_up_to_date(contents)
    return remade, len(contents) - remade


def bring_up_to_date(contents: dict[Path, bytes]) -> int:
    """Write the files whose content is not as it should be. Returns how many."""
    stale = [path for path, content in contents.items() if not path.exists() or path.read_bytes() != content]
    for path in stale:
        files.replace_bytes(path, contents[path])
    return len(stale)


def derived(paths: Paths, standings: Standings, closed: Closed = NOTHING) -> dict[Path, bytes]:
    """Return every derived file with its content: same log, same bytes. Those of what is closed stay as they are."""
    contents: dict[Path, Any] = {
        paths.run(name).record: run(one) for name, one in standings.runs.items() if name not in closed.runs
    }
    of_round: dict[int, dict[str, Any]] = {number: {} for number in standings.rounds} | closed.rounds
    for row in standings.rows:
        of_round[row.round.number][row.entrant] = summary(row)
    of_entrant: dict[str, dict[str, Any]] = {name: {} for name in standings.enrolments}
    for number, window in standings.rounds.items():
        for name, one in of_round[number].items():
            of_entrant[name][str(number)] = one
        if number not in closed.rounds:
            contents[paths.rounds / f"{number}.json"] = {
                "round": number,
                "opens": window.opens,
                "closes": window.closes,
                "entrants": of_round[number],
            }
    for name, enrolment in standings.enrolments.items():
        contents[paths.entrants / f"{name}.json"] = {
            "entrant": name,
            "run": enrolment.run,
            "enrolled": enrolment.since,
            "model": enrolment.enrolled.model,
            "rounds": of_entrant[name],
        }
    contents[paths.overview] = overview(standings)
    return {path: written(value) for path, value in contents.items()}


def overview(standings: Standings) -> dict[str, Any]:
    """Tell the whole bench at a glance: make status reads this and not the log, however long that has grown."""
    newest = sorted(standings.rounds)[-ROUNDS_SHOWN:]
    runs = list(standings.runs.values())
    shown = [one for one in runs[:-NEWEST_RUNS] if one.state is not RunState.ENDED] + runs[-NEWEST_RUNS:]
    rows = [row for row in reversed(standings.rows) if row.round.number in newest]
    return {
        "upto_seq": standings.upto_seq,
        "as_of": standings.as_of,
        "newest_tick": standings.newest_tick,
        "enrolled": {name: one.enrolled.model for name, one in sorted(standings.enrolments.items())},
        "runs": [glance(one) for one in shown],
        "rounds": [{"round": row.round.number, "entrant": row.entrant, **summary(row)} for row in rows],
    }


def written(value: Any) -> bytes:
    """Write a derived value as indented JSON that carries its schema."""
    return msgspec.json.format(msgspec.json.encode({"schema": SCHEMA, **value}), indent=2) + b"\n"


def run(one: Run) -> dict[str, Any]:
    """Tell a run at a glance."""
    return {
        "run": one.name,
        "entrant": one.entrant,
        "state": one.state.value,
        "since": one.since,
        "container": one.container,
        "intended": one.intended_at,
        "started": one.started_at,
        "made_of": msgspec.to_builtins(one.intended),
        "ended": msgspec.to_builtins(one.ended) if one.ended else None,
        "sessions": [
            {"session": session.name, "at": session.at, **parts(session)} for session in one.sessions
        ],
        "endings": one.endings,
        "in_vain": plans.in_vain(one.ended_sessions),
        "used": costs.fold((one.name, usage) for usage in one.usage).told,
        "interventions": msgspec.to_builtins(one.interventions),
        "submit_script": msgspec.to_builtins(one.script) if one.script else None,
        "left_behind": [
            {
                **msgspec.to_builtins(orphan.seen),
                **(msgspec.to_builtins(orphan.ended) if orphan.ended else {}),
            }
            for orphan in one.orphans
        ],
        "not_kept": [{"since": since, **msgspec.to_builtins(one)} for since, one in one.dropped],
        "lost_boxes": msgspec.to_builtins(one.lost_boxes),
        "gaps": msgspec.to_builtins(one.gaps),
        "calls_denied": one.denied,
        "upto_seq": one.upto_seq,
    }


def glance(one: Run) -> dict[str, Any]:
    """Tell a run with its newest session only: there may be thousands."""
    told = run(one)
    left = [orphan for orphan in told["left_behind"] if "ended" not in orphan]
    return told | {
        "sessions": told["sessions"][-1:],
        "session_count": len(one.sessions),
        "left_behind": left,
    }


def parts(session: Session) -> dict[str, Any]:
    """Tell a session at a glance."""
    return {
        "started": msgspec.to_builtins(session.started),
        "ended": msgspec.to_builtins(session.ended) if session.ended else None,
    }


def summary(row: Row) -> dict[str, Any]:
    """Tell an entrant's round at a glance."""
    return {
        "outcome": row.outcome.words,
        "corrected": row.corrected.words if row.corrected else None,
        "cause": row.outcome.cause.value if row.outcome.cause else None,
        "reason": row.outcome.reason,
        "submission": row.outcome.submission,
        "made_by": row.made_by or None,
        "because": row.outcome.because,
        "scores": {
            name: {"value": one.value, "percentile": one.percentile, "day": one.day, "final": one.final}
            for name, one in sorted(row.scores.items())
        },
    }


def note_changes(bench: Bench, standings: Standings) -> bool:
    """Log every settled outcome that was published as something else before. Returns whether there was any."""
    before = {
        number: published(bench.paths, number) for number in {row.round.number for row in standings.rows}
    }
    drafts = []
    for row in standings.rows:
        old, new = told_apart(before[row.round.number].get(row.entrant, Published()), row)
        if not row.outcome.settled or not was_settled(old) or old == new:
            continue
        fact = OutcomeChanged(old=old, new=new, because=row.outcome.because)
        evidence = "-".join(map(str, row.outcome.because))
        key = f"outcome:{row.entrant}:{row.round.number}:{old}:{new}:{evidence}"
        drafts.append(Draft(fact=fact, entrant=row.entrant, round=row.round.number, id=key))
    if drafts:
        bench.log.append_all(drafts)
    return bool(drafts)


class Published(msgspec.Struct):
    """What a derived file says of an entrant's round, as far as a change of it is a change of the result."""

    outcome: str = ""
    cause: str | None = None


class PublishedRound(msgspec.Struct):
    """A derived file of a round."""

    entrants: dict[str, Published] = {}


def published(paths: Paths, number: int) -> dict[str, Published]:
    """Return the outcomes that the derived file of a round says; none when it cannot be read."""
    path = paths.rounds / f"{number}.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=PublishedRound).entrants
    except (OSError, msgspec.MsgspecError):
        return {}


def told_apart(before: Published, row: Row) -> tuple[str, str]:
    """Return what was published and what is so, in words; where only the cause differs, with it."""
    cause = row.outcome.cause.value if row.outcome.cause else ""
    if before.outcome == row.outcome.words and before.cause and cause and before.cause != cause:
        return f"{before.outcome}, {before.cause}", f"{row.outcome.words}, {cause}"
    return before.outcome, row.outcome.words


def was_settled(words: str) -> bool:
    """Say whether an outcome, in words, was one worth publishing as a result."""
    return words.replace(",", " ").split(" ", maxsplit=1)[0] in {
        Status.VERIFIED,
        Status.MISSED,
        Status.DISPUTED,
        Status.UNREACHABLE,
    }
