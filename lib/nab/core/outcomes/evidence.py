"""What the log holds of outcomes, sorted by what it is about. Gathered in one pass; read by many rounds."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from nab.core.facts import (
    AttemptEnded,
    AttemptStarted,
    Fact,
    Poll,
    ScoreSeen,
    SubmissionSeen,
    Tick,
    TroubleSeen,
    UploadSeen,
    tag,
    tags,
)
from nab.core.log.events import Event
from nab.core.outcomes import box_uptime
from nab.core.outcomes.box_uptime import Uptime
from nab.core.text.times import text
from nab.core.windows.rounds import Round

F = TypeVar("F", bound=Fact)


LISTED_WITHIN = timedelta(hours=2)  # of an upload that the proxy saw
POLL, TICK, LISTED = tag(Poll), tag(Tick), tag(SubmissionSeen)
ROUND_KINDS = tags(AttemptStarted, AttemptEnded, UploadSeen, ScoreSeen, TroubleSeen) | {LISTED}


@dataclass(frozen=True)
class Asked:
    """An entrant's polls in the order of the instants they were made at, those that were answered and the others."""

    answered: list[tuple[str, int]] = field(default_factory=list)
    unanswered: list[tuple[str, int, str]] = field(default_factory=list)
    newest: list[tuple[int, str]] = field(default_factory=list)  # by seq: the newest instant of a poll so far

    def answer_since(self, instant: str, after_seq: int = 0) -> int | None:
        """Return the seq of the first answered poll from an instant on; only polls that the log has after a seq."""
        since = self.answered[bisect_left(self.answered, (instant, 0)) :]
        return next((seq for _, seq in since if seq > after_seq), None)

    def newest_before(self, seq: int) -> str:
        """Return the newest instant that a poll was made at by the time the log got to a seq; empty for none."""
        place = bisect_left(self.newest, (seq, ""))
        return self.newest[place - 1][1] if place else ""

    def silence_since(self, instant: str) -> tuple[int, str] | None:
        """Return the first poll without an answer from an instant on: its seq, and what was said."""
        place = bisect_left(self.unanswered, (instant, 0, ""))
        return self.unanswered[place][1:] if place < len(self.unanswered) else None


@dataclass
class Evidence:
    """What the log holds, by what it is about."""

    about: dict[tuple[str, int], list[Event]] = field(default_factory=dict)
    asked: dict[str, Asked] = field(default_factory=dict)
    ticks: list[tuple[str, int, Event]] = field(default_factory=list)
    listed_in: dict[tuple[str, str], set[int]] = field(default_factory=dict)
    lives: dict[str, Uptime] = field(default_factory=dict)
    read: dict[Round, list[tuple[Event, Tick]]] = field(
        default_factory=dict
    )  # ticks of a window, read once for all

    def hear(self, event: Event) -> None:
        """Take in one event more. What is sorted is so by when it was: a clock may have been set back."""
        if event.kind in box_uptime.OF_INTEREST and event.entrant and event.run:
            box_uptime.see(self.lives, event, event.entrant, event.run)
        if event.kind == TICK:
            insort(self.ticks, (event.valid, event.seq, event))
            self.read.clear()
        elif event.kind == POLL and event.entrant is not None:
            add_poll(self.asked.setdefault(event.entrant, Asked()), event)
        elif event.kind in ROUND_KINDS and event.entrant is not None and event.round is not None:
            self.about.setdefault((event.entrant, event.round), []).append(event)
            if event.kind == LISTED and isinstance(event.fact, SubmissionSeen):
                self.listed_in.setdefault((event.entrant, event.fact.submission), set()).add(event.round)

    def polls(self, entrant: str) -> Asked:
        return self.asked.get(entrant) or Asked()

    def looks(self, window: Round) -> list[tuple[Event, Tick]]:
        """Return the ticks between the opening of a round and its close."""
        if window not in self.read:
            first = bisect_left(self.ticks, (text(window.opens), 0))
            last = bisect_left(self.ticks, (text(window.closes), 0))
            self.read[window] = of((event for _, _, event in self.ticks[first:last]), Tick)
        return self.read[window]


def gather(events: Iterable[Event]) -> Evidence:
    """Sort the log by entrant and round, in one pass. A poll is about all rounds of its entrant."""
    known = Evidence()
    for event in events:
        known.hear(event)
    return known


def add_poll(asked: Asked, event: Event) -> None:
    """Keep a poll with those of its kind."""
    fact = event.fact
    assert isinstance(fact, Poll)
    asked.newest.append((event.seq, max(event.valid, *(at for _, at in asked.newest[-1:]), "")))
    if fact.ok:
        insort(asked.answered, (event.valid, event.seq))
    else:
        insort(asked.unanswered, (event.valid, event.seq, fact.error))


def of(events: Iterable[Event], kind: type[F]) -> list[tuple[Event, F]]:
    """Pick the events of one kind, each with its fact."""
    wanted = tag(kind)
    return [
        (event, fact) for event in events if event.kind == wanted and isinstance(fact := event.fact, kind)
    ]
