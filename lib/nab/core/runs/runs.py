"""Runs, folded from the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from nab.core.facts import (
    AnyFact,
    BoxEnded,
    BoxStarted,
    CallsDenied,
    CanarySeen,
    Cause,
    Dropped,
    GapSeen,
    Intervened,
    OrphanEnded,
    OrphanSeen,
    RunCreated,
    RunEnded,
    RunForgotten,
    RunIntended,
    RunStarted,
    RunStarting,
    RunStopping,
    ScriptChecked,
    SessionEnded,
    SessionEnding,
    SessionStarted,
    UsageCounted,
    tags,
)
from nab.core.log.events import Event
from nab.core.runs.states import RunState
from nab.core.text import times

WITH_ITS_BOX = timedelta(seconds=30)  # a box that is told to end waits so long for its session


@dataclass(frozen=True)
class Session:
    """One start of a coding agent's program."""

    name: str
    started: SessionStarted
    at: str
    ended: SessionEnded | None = None
    taken: bool = False  # its box was taken, and that was not the agent's doing


@dataclass(frozen=True)
class Orphan:
    """A process that outlived its session."""

    seen: OrphanSeen
    ended: OrphanEnded | None = None


@dataclass(frozen=True)
class Run:
    """One launch of an entrant, as the log tells it."""

    name: str
    entrant: str
    intended: RunIntended
    intended_at: str
    state: RunState = RunState.QUEUED
    since: str = ""  # when it came into this state
    container: str | None = None
    started_at: str | None = None
    box_started_at: str | None = None  # of the newest start of its box
    boot: str = ""  # the machine's boot in which that was
    lost_boxes: tuple[BoxEnded, ...] = ()
    stopping: str | None = None
    ended: RunEnded | None = None
    gaps: tuple[GapSeen, ...] = ()
    canary: CanarySeen | None = None  # the newest that was not cut short
    denied: int = 0
    sessions: tuple[Session, ...] = ()
    interventions: tuple[Intervened, ...] = ()
    usage: tuple[UsageCounted, ...] = ()
    script: ScriptChecked | None = None
    orphans: tuple[Orphan, ...] = ()
    dropped: tuple[tuple[str, Dropped], ...] = ()  # since when, and what, is not kept any more
    upto_seq: int = 0

    @property
    def waits_for_its_box(self) -> bool:
        """Whether its box has to be made or started, once it is its turn."""
        return self.state in {RunState.QUEUED, RunState.STARTING, RunState.ORPHANED}

    @property
    def again_at(self) -> str:
        """When its lost box may be started again; empty where none was lost."""
        return self.lost_boxes[-1].again_at if self.lost_boxes else ""

    @property
    def open_session(self) -> Session | None:
        """The session that has begun and whose end is not on record."""
        last = self.sessions[-1] if self.sessions else None
        return last if last and last.ended is None else None

    @property
    def open_orphans(self) -> tuple[Orphan, ...]:
        """What goes on although its session has ended. Nothing outlives the box."""
        return () if self.ended else tuple(one for one in self.orphans if one.ended is None)

    @property
    def endings(self) -> dict[str, int]:
        """How often its sessions ended in which way, the most frequent first."""
        counted = Counter(one.ending.value for one in self.ended_sessions)
        return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))

    @property
    def ended_sessions(self) -> tuple[SessionEnded, ...]:
        return tuple(one.ended for one in self.sessions if one.ended)

    @property
    def tries(self) -> tuple[SessionEnded, ...]:
        """The sessions that say what comes next: not those that had done nothing when their box was taken from them."""
        return tuple(
            one.ended
            for one in self.sessions
            if one.ended and not (one.taken and not one.ended.said and not one.ended.calls)
        )


def runs(events: Iterable[Event]) -> dict[str, Run]:
    """Fold the runs, oldest first, by name; none that was thrown away."""
    found: dict[str, Run] = {}
    upto: dict[str, int] = {}
    for event in events:
        if event.run is None or event.kind not in OF_RUNS:
            continue
        fact = event.fact
        if isinstance(fact, RunForgotten):
            found.pop(event.run, None)
        elif isinstance(fact, RunIntended) and event.entrant is not None:
            found.setdefault(event.run, Run(event.run, event.entrant, fact, event.known, since=event.known))
        elif event.run in found and (now := changed(found[event.run], event, fact)):
            found[event.run], upto[event.run] = now, event.seq
    return {name: replace(run, upto_seq=upto.get(name, 0)) for name, run in found.items()}


OF_RUNS = tags(
    RunIntended, RunStarting, RunCreated, RunStarted, BoxStarted, BoxEnded, RunStopping, RunEnded, RunForgotten,
    SessionStarted, SessionEnded, UsageCounted, ScriptChecked, Dropped,
    GapSeen, CanarySeen, CallsDenied, Intervened, OrphanSeen, OrphanEnded,
)  # fmt: skip


def after(run: Run, event: Event) -> Run:
    """Return the run as it stands after one more event of its own."""
    now = changed(run, event, event.fact)
    return replace(now, upto_seq=event.seq) if now else run


def changed(run: Run, event: Event, fact: AnyFact | None) -> Run | None:
    """Follow an event of a run, given with its fact; None for one that tells of something else."""
    return (
        worked(run, event, fact)
        or watched(run, event, fact)
        or left_running(run, event, fact)
        or lived(run, event, fact)
    )


def lived(run: Run, event: Event, fact: AnyFact | None) -> Run | None:
    """Follow its box; None for an event that tells of something else."""
    now = came_up(run, event, fact) or went_down(run, event, fact)
    return now if now is None or now.state is run.state else replace(now, since=event.known)


def came_up(run: Run, event: Event, fact: AnyFact | None) -> Run | None:
    """Follow the starts of its box."""
    match fact:
        case RunStarting():
            return replace(run, state=RunState.STARTING)
        case RunCreated(container=container):
            return replace(run, container=container)
        case RunStarted(started_at=at):
            return replace(
                run,
                state=RunState.RUNNING,
                started_at=at,
                box_started_at=at,
                boot=event.boot,
            )
        case BoxStarted(container=container, started_at=at):
            return replace(
                run, state=RunState.RUNNING, container=container, box_started_at=at, boot=event.boot
            )
        case _:
            return None


def went_down(run: Run, event: Event, fact: AnyFact | None) -> Run | None:
    """Follow the ends of its box, and its own."""
    match fact:
        case BoxEnded() as lost:
            return replace(
                run,
                state=RunState.ORPHANED,
                lost_boxes=(*run.lost_boxes, lost),
                sessions=run.sessions if lost.cause is Cause.AGENT else with_taken(run.sessions, lost),
            )
        case RunStopping(reason=reason):
            return replace(run, state=RunState.STOPPING, stopping=reason)
        case RunEnded() as ended:
            return replace(run, state=RunState.ENDED, ended=ended)
        case _:
            return None


def worked(run: Run, event: Event, fact: AnyFact | None) -> Run | None:
    """Follow its agent: sessions, what it left, and what of that is not kept any more."""
    match fact:
        case SessionStarted() as started:
            return replace(
                run,
                sessions=(*run.sessions, Session(started.session, started, event.valid)),
            )
        case SessionEnded() as over:
            return replace(run, sessions=with_end(run.sessions, over))
        case UsageCounted() as usage:
            return replace(run, usage=(*run.usage, usage))
        case ScriptChecked() as script:
            return replace(run, script=script)
        case Dropped() as dropped:
            return replace(run, dropped=(*run.dropped, (event.known, dropped)))
        case _:
            return None


def with_end(sessions: tuple[Session, ...], over: SessionEnded) -> tuple[Session, ...]:
    """Give a session its end; it is nearly always the last one."""
    for place in reversed(range(len(sessions))):
        if sessions[place].name == over.session:
            return (*sessions[:place], replace(sessions[place], ended=over), *sessions[place + 1 :])
    return sessions


def with_taken(sessions: tuple[Session, ...], lost: BoxEnded) -> tuple[Session, ...]:
    """Mark the session that went with a box: the last one, if that is how it ended."""
    last = sessions[-1].ended if sessions else None
    if last is None or last.ending is not SessionEnding.KILLED:
        return sessions
    if lost.finished_at and times.parse(last.ended) < times.parse(lost.finished_at) - WITH_ITS_BOX:
        return sessions
    return (*sessions[:-1], replace(sessions[-1], taken=True))


def watched(run: Run, event: Event, fact: AnyFact | None) -> Run | None:
    """Follow what we saw and did."""
    match fact:
        case GapSeen() as gap:
            return replace(run, gaps=(*run.gaps, gap))
        case CanarySeen() as canary:
            return run if canary.cut else replace(run, canary=canary)
        case CallsDenied(count=count):
            return replace(run, denied=run.denied + count)
        case Intervened() as intervened:
            return replace(run, interventions=(*run.interventions, intervened))
        case _:
            return None


def left_running(run: Run, event: Event, fact: AnyFact | None) -> Run | None:
    """Follow what outlives its sessions."""
    match fact:
        case OrphanSeen() as seen:
            return replace(run, orphans=(*run.orphans, Orphan(seen)))
        case OrphanEnded() as over:
            orphans = (
                replace(one, ended=over) if one.seen.identity == over.identity else one for one in run.orphans
            )
            return replace(run, orphans=tuple(orphans))
        case _:
            return None


def unfinished(found: Mapping[str, Run]) -> list[Run]:
    """Return the runs that somebody still has to bring to their end."""
    return [run for run in found.values() if run.state is not RunState.ENDED]
