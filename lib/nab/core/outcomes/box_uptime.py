"""When an entrant's box was awake, and how its newest run ended: what a miss of an agent that submits by itself is
judged by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from nab.core.facts import (
    PROXY,
    BoxEnded,
    BoxStarted,
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


@dataclass
class Uptime:
    """What is known of one entrant's runs: when a box of it was awake, when it had no proxy, how runs ended."""

    level: Level
    awake: list[Interval[datetime]] = field(default_factory=list)
    gaps: list[Interval[datetime]] = field(default_factory=list)
    ends: list[tuple[datetime, RunEnded, int]] = field(default_factory=list)
    open: dict[str, tuple[datetime, set[str]]] = field(default_factory=dict)  # by run: since when, by what

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
        case TurnBegan(beside=beside):
            life.wake(run, at, BESIDE if beside else SLOT)
        case TurnEnded(beside=beside):
            life.sleep(run, at, BESIDE if beside else SLOT)
        case BoxEnded(finished_at=finished_at):
            life.sleep(run, times.maybe(finished_at) or at)
        case RunEnded(finished_at=finished_at) as fact:
            ended = times.maybe(finished_at) or at
            life.sleep(run, ended)
            life.ends.append((ended, fact, event.seq))
        case _:
            pass
