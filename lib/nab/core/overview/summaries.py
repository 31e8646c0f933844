"""What derived files say of a run, of an entrant's round and of the whole bench."""

from __future__ import annotations

from typing import Any

import msgspec

from nab.core.outcomes.outcomes import Status
from nab.core.overview.compaction import NEWEST_RUNS
from nab.core.overview.overview import Row, Standings
from nab.core.runs import next_session
from nab.core.runs.runs import Run, RunState, Session
from nab.core.usage import costs

SCHEMA = 1
ROUNDS_SHOWN = 5


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
        "in_vain": next_session.in_vain(one.ended_sessions),
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


class Published(msgspec.Struct):
    """What a derived file says of an entrant's round, as far as a change of it is a change of the result."""

    outcome: str = ""
    cause: str | None = None


class PublishedRound(msgspec.Struct):
    """A derived file of a round."""

    entrants: dict[str, Published] = {}


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
