"""When an entrant's box ran with its proxy up. Decides who caused a self-submitting agent's miss."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from nab.core.facts import (
    PROXY,
    BoxEnded,
    BoxStarted,
    Cause,
    EntrantEnrolled,
    GapSeen,
    RunEnded,
    RunIntended,
    RunStarted,
    TurnBegan,
    TurnEnded,
    tags,
)
from nab.core.intervals import Interval, length, merged, shared, without
from nab.core.levels import Level
from nab.core.log.events import Event
from nab.core.text import times

FOREVER = datetime.max.replace(tzinfo=UTC)  # until when a box is awake that still is
SLOT, BESIDE = "slot", "beside"
# When a box runs, and when it is awake.
OF_A_BOX = tags(RunIntended, RunStarted, BoxEnded, BoxStarted, RunEnded, TurnBegan, TurnEnded, GapSeen)
OF_INTEREST = OF_A_BOX | tags(EntrantEnrolled)


@dataclass(frozen=True)
class Loss:
    """A box that ended without our asking: from when to when it was not there, how it ended, and the event's seq."""

    span: Interval[datetime]
    fact: BoxEnded
    seq: int

    def seconds(self, began: datetime, ended: datetime) -> float:
        """Return for how many seconds between two instants the box was not there because of it.

        What an agent itself ended is not there until it may be started again; from then on others have their turns.
        """
        own = self.fact.cause is Cause.AGENT
        until = min(self.span.ended, times.parse(self.fact.again_at)) if own else self.span.ended
        return max(0.0, (min(until, ended) - max(self.span.began, began)).total_seconds())


@dataclass
class Uptime:
    """What is known of one entrant's runs: when a box of it was awake, when it had no proxy, how runs ended."""

    level: Level
    awake: list[Interval[datetime]] = field(default_factory=list)
    gaps: list[Interval[datetime]] = field(default_factory=list)
    ends: list[tuple[datetime, RunEnded, int]] = field(default_factory=list)
    open: dict[str, tuple[datetime, set[str]]] = field(default_factory=dict)  # by run: since when, by what
    losses: list[Loss] = field(default_factory=list)

    def wake(self, run: str, at: datetime, why: str) -> None:
        """The box is awake from here on, for one more reason."""
        _, reasons = self.open.setdefault(run, (at, set()))
        reasons.add(why)

    def sleep(self, run: str, at: datetime, why: str | None = None) -> None:
        """One reason to be awake is over, or all."""
        if run not in self.open:
            return
        since, reasons = self.open[run]
        reasons.discard(why or "")
        if why is None or not reasons:
            self.awake.append(Interval(since, at))
            del self.open[run]

    def times_awake(self) -> list[Interval[datetime]]:
        """Return when a box was awake, and is."""
        return [*self.awake, *(Interval(since, FOREVER) for since, _ in self.open.values())]

    def seconds(self, began: datetime, ended: datetime) -> float:
        """Return for how many seconds between two instants a box was awake and had its way out."""
        awake = shared(merged(self.times_awake()), [Interval(began, ended)])
        return length(without(awake, self.gaps))

    def lose(self, at: datetime, fact: BoxEnded, seq: int) -> None:
        """The box is not there from here on."""
        self.losses.append(Loss(Interval(at, FOREVER), fact, seq))

    def find(self, at: datetime) -> None:
        """The box is there again, or its run is over."""
        if self.losses and self.losses[-1].span.ended == FOREVER:
            last = self.losses[-1]
            self.losses[-1] = replace(last, span=Interval(last.span.began, at))

    def last_end(self, before: datetime) -> tuple[RunEnded, int] | None:
        """Return how the newest run that had ended by then ended, with the event's seq."""
        ended = [(fact, seq) for at, fact, seq in self.ends if at <= before]
        return ended[-1] if ended else None


def lives(events: Iterable[Event]) -> dict[str, Uptime]:
    """Fold the lives of all entrants."""
    found: dict[str, Uptime] = {}
    for event in events:
        if event.kind in OF_INTEREST and event.entrant and event.run:
            see(found, event, event.entrant, event.run)
    return found


def see(found: dict[str, Uptime], event: Event, entrant: str, run: str) -> None:
    """Take one event into account."""
    fact, at = event.fact, times.parse(event.valid)
    if isinstance(fact, RunIntended | EntrantEnrolled):
        found.setdefault(entrant, Uptime(fact.level)).level = fact.level
        return
    if (life := found.get(entrant)) is None:
        return
    if isinstance(fact, GapSeen):
        if fact.witness == PROXY:
            life.gaps.append(Interval(times.parse(fact.began), times.parse(fact.ended)))
        return
    lived(life, event, run, at)


def lived(life: Uptime, event: Event, run: str, at: datetime) -> None:
    """Follow the starts and the ends of a run's box, and its turns."""
    match event.fact:
        case RunStarted(started_at=started_at) | BoxStarted(started_at=started_at):
            life.wake(run, times.parse(started_at), SLOT)
            life.find(times.parse(started_at))
        case TurnBegan(beside=beside):
            life.wake(run, at, BESIDE if beside else SLOT)
        case TurnEnded(beside=beside):
            life.sleep(run, at, BESIDE if beside else SLOT)
        case BoxEnded(finished_at=finished_at) as lost:
            life.sleep(run, times.maybe(finished_at) or at)
            life.lose(times.maybe(finished_at) or at, lost, event.seq)
        case RunEnded(finished_at=finished_at) as fact:
            ended = times.maybe(finished_at) or at
            life.sleep(run, ended)
            life.find(ended)
            life.ends.append((ended, fact, event.seq))
        case _:
            pass
