"""How far the log went when what a page tells changed last: the newest event of a round, a run, an entrant, of all.

Pages that were built, and looks at which nothing was open or found, change nothing that a page tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from nab.core.facts import PageBuilt, Poll, ScopesSeen, Tick, tag
from nab.core.log.events import Event
from nab.core.windows.window import Window

BUILT, POLL, SCOPES, TICK = tag(PageBuilt), tag(Poll), tag(ScopesSeen), tag(Tick)


@dataclass
class Newest:
    """Seqs of the newest events that tell something new, and of the first of each run."""

    whole: int = 0
    began: dict[str, int] = field(default_factory=dict)  # of each run, its first event
    rounds: dict[int, int] = field(default_factory=dict)
    runs: dict[str, int] = field(default_factory=dict)
    entrants: dict[str, int] = field(default_factory=dict)

    def hear(self, event: Event) -> None:
        """Take in an event."""
        self.whole = event.seq
        if event.round is not None:
            self.rounds[event.round] = event.seq
        if event.run is not None:
            self.runs[event.run] = event.seq
            self.began.setdefault(event.run, event.seq)
        if event.entrant is not None:
            self.entrants[event.entrant] = event.seq


def newest(events: Sequence[Event]) -> Newest:
    """Fold them. An answer that lists nothing and a look count where an outcome rests on them: there, not here."""
    found = Newest()
    for event in events:
        if event.kind not in {BUILT, SCOPES, TICK, POLL}:
            found.hear(event)
    return found


def end(events: Sequence[Event]) -> int:
    """Return the seq of the newest event that a site would tell of; 0 where there is none."""
    return next((event.seq for event in reversed(events) if tells(event)), 0)


def tells(event: Event) -> bool:
    """Say whether an event can change a page: not that one was built, nor a look at a closed window."""
    if event.kind in {BUILT, SCOPES}:
        return False
    fact = event.fact if event.kind in {TICK, POLL} else None
    if isinstance(fact, Tick):
        return fact.window == Window.OPEN.value
    return not isinstance(fact, Poll) or fact.ok
