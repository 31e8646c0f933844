"""Runs, folded from the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from nab.core.events import Event
from nab.core.facts import (
    CallsDenied,
    Ending,
    EntrantEnrolled,
    GapSeen,
    RunCreated,
    RunEnded,
    RunIntended,
    RunStarted,
    RunStopping,
)


class RunState(StrEnum):
    """Where a run stands. Only `ended` is final."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    ENDED = "ended"


@dataclass(frozen=True)
class Run:
    """One launch of an entrant, as the log tells it."""

    name: str
    entrant: str
    intended: RunIntended
    intended_at: str
    state: RunState = RunState.STARTING
    container: str | None = None
    started_at: str | None = None
    stopping: str | None = None
    ended: RunEnded | None = None
    gaps: tuple[GapSeen, ...] = ()
    denied: int = 0
    upto_seq: int = 0


@dataclass(frozen=True)
class Enrolment:
    """Since when an entrant is owed a decision in every round, and in which run's box."""

    entrant: str
    run: str
    since: str
    enrolled: EntrantEnrolled


def runs(events: Iterable[Event]) -> dict[str, Run]:
    """Fold the runs, oldest first, by name."""
    found: dict[str, Run] = {}
    for event in events:
        if event.run is None:
            continue
        if isinstance(event.fact, RunIntended) and event.entrant is not None:
            found.setdefault(event.run, Run(event.run, event.entrant, event.fact, event.known))
        elif event.run in found:
            found[event.run] = after(found[event.run], event)
    return found


def after(run: Run, event: Event) -> Run:
    """Return the run as it stands after one more event of its own."""
    match event.fact:
        case RunCreated(container=container):
            now = replace(run, container=container)
        case RunStarted(started_at=started_at):
            now = replace(run, state=RunState.RUNNING, started_at=started_at)
        case RunStopping(reason=reason):
            now = replace(run, state=RunState.STOPPING, stopping=reason)
        case GapSeen() as gap:
            now = replace(run, gaps=(*run.gaps, gap))
        case CallsDenied(count=count):
            now = replace(run, denied=run.denied + count)
        case RunEnded() as ended:
            now = replace(run, state=RunState.ENDED, ended=ended)
        case _:
            return run
    return replace(now, upto_seq=event.seq)


def unfinished(found: dict[str, Run]) -> list[Run]:
    """Return the runs that somebody still has to bring to their end."""
    return [run for run in found.values() if run.state is not RunState.ENDED]


def enrolments(events: Iterable[Event]) -> dict[str, Enrolment]:
    """Fold who is enrolled, by entrant. The first enrolment says since when, the newest with which box."""
    found: dict[str, Enrolment] = {}
    for event in events:
        if isinstance(event.fact, EntrantEnrolled) and event.entrant and event.run:
            since = found[event.entrant].since if event.entrant in found else event.valid
            found[event.entrant] = Enrolment(event.entrant, event.run, since, event.fact)
    return found


def how_it_ended(exit_code: int | None, stopping: str | None, oom_kills: int | None) -> tuple[Ending, str]:
    """Name the ending of a box that is no longer running, and say why."""
    match stopping:
        case "budget":
            return Ending.TIMED_OUT, "its time was up"
        case str():
            return Ending.STOPPED, f"stopped: {stopping}"
        case None if exit_code is None:
            return Ending.ORPHANED, "its box is gone, and we did not remove it"
        case None if exit_code == 0:
            return Ending.FINISHED, "ended by itself"
        case None:
            killed = f", {oom_kills} kills for lack of memory" if oom_kills else ""
            return Ending.FAILED, f"ended with exit code {exit_code}{killed}"
        case _:
            assert_never(stopping)
