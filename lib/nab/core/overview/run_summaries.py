"""What derived files say of a run."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType, structs

from nab.core.facts import Dropped, OrphanEnded, OrphanSeen, tag
from nab.core.overview.told_facts import (
    BoxLost,
    Gap,
    Intervention,
    MadeOf,
    RunOver,
    Script,
    SessionBegan,
    SessionOver,
    told,
)
from nab.core.runs.ending import next_session
from nab.core.runs.runs import Orphan, Run, Session
from nab.core.upkeep.disks import Room
from nab.core.usage import costs
from nab.core.usage.costs import CostSummary


class SessionSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A session at a glance."""

    session: str
    at: str
    started: SessionBegan
    ended: SessionOver | None = None


class LeftoverSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A process that outlived its session; the last two only where it has ended."""

    kind: str = tag(OrphanSeen)
    identity: str
    argv: str
    session: str
    since: str
    pid: int
    began: str = ""
    ended: str | UnsetType = UNSET
    cpu_seconds: float | UnsetType | None = UNSET


class NotKept(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a run's record that is not kept any more."""

    since: str
    kind: str = tag(Dropped)
    what: str
    bytes: int
    because: str


class RunSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A run at a glance; `schema` only where it is a file of its own."""

    schema: int | UnsetType = UNSET
    run: str
    entrant: str
    state: str
    since: str
    container: str | None = None
    intended: str
    started: str | None = None
    made_of: MadeOf
    ended: RunOver | None = None
    sessions: tuple[SessionSummary, ...] = ()
    endings: dict[str, int] = {}
    in_vain: int = 0
    used: CostSummary = CostSummary()
    interventions: tuple[Intervention, ...] = ()
    submit_script: Script | None = None
    left_behind: tuple[LeftoverSummary, ...] = ()
    not_kept: tuple[NotKept, ...] = ()
    lost_boxes: tuple[BoxLost, ...] = ()
    gaps: tuple[Gap, ...] = ()
    calls_denied: int = 0
    upto_seq: int = 0


class RunGlance(RunSummary, frozen=True, kw_only=True):
    """A run with its newest session only, and with what still goes on of what was left behind."""

    session_count: int = 0


class LiveRun(RunGlance, frozen=True, kw_only=True):
    """A run and what is so now: what its disk holds, when it was last seen to get on, what it left running."""

    paused: bool
    attended: bool
    disk: Room | None
    progress: str | None
    goes_on: str


def run(one: Run) -> RunSummary:
    """Tell a run at a glance."""
    return RunSummary(
        run=one.name,
        entrant=one.entrant,
        state=one.state.value,
        since=one.since,
        container=one.container,
        intended=one.intended_at,
        started=one.started_at,
        made_of=told(one.intended, MadeOf),
        ended=told(one.ended, RunOver) if one.ended else None,
        sessions=tuple(map(session, one.sessions)),
        endings=one.endings,
        in_vain=next_session.in_vain(one.tries),
        used=costs.fold((one.name, usage) for usage in one.usage).told,
        interventions=tuple(told(each, Intervention) for each in one.interventions),
        submit_script=told(one.script, Script) if one.script else None,
        left_behind=tuple(map(leftover, one.orphans)),
        not_kept=tuple(NotKept(since=since, **structs.asdict(each)) for since, each in one.dropped),
        lost_boxes=tuple(told(each, BoxLost) for each in one.lost_boxes),
        gaps=tuple(told(each, Gap) for each in one.gaps),
        calls_denied=one.denied,
        upto_seq=one.upto_seq,
    )


def glance(one: Run) -> RunGlance:
    """Tell a run with its newest session only: there may be thousands."""
    whole = run(one)
    left = tuple(each for each in whole.left_behind if each.ended is UNSET)
    fields = structs.asdict(whole) | {"sessions": whole.sessions[-1:], "left_behind": left}
    return RunGlance(**fields, session_count=len(one.sessions))


def session(one: Session) -> SessionSummary:
    """Tell a session at a glance."""
    return SessionSummary(
        session=one.name,
        at=one.at,
        started=told(one.started, SessionBegan),
        ended=told(one.ended, SessionOver) if one.ended else None,
    )


def leftover(one: Orphan) -> LeftoverSummary:
    """Tell what outlived its session, and its end if that has come."""
    seen = LeftoverSummary(**structs.asdict(one.seen))
    return structs.replace(seen, kind=tag(OrphanEnded), **structs.asdict(one.ended)) if one.ended else seen
