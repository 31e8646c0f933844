"""What one run had of the machine: its turns, and what of them was lost through no fault of its agent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from nab.core.intervals import Interval, length, merged, shared
from nab.core.levels import Level, Shares, shares


@dataclass
class Account:
    """A run's turns and losses, in seconds of the machine's own time (`nab.core.turns.machine_clock`).

    `began` and `beside_since` are of the turn that goes on. `beside` is time awake in a window beside whoever had
    the slot: everybody has the same of it, so it is in no share.
    """

    run: str
    entrant: str
    level: Level
    began: float | None = None
    because: str = ""
    beside_since: float | None = None
    beside: float = 0.0
    turns: list[Interval[float]] = field(default_factory=list)
    gaps: list[Interval[float]] = field(default_factory=list)
    cpu: float = 0.0
    gpu: float | None = None
    turn_number: int = 0
    metered: int = 0  # the newest turn whose end is on record
    noticed_at: float | None = None
    ended: float | None = None
    _known: tuple[int, int, int] = (-1, -1, -1)
    _losses: list[Interval[float]] = field(default_factory=list)
    _held: float = 0.0
    _lost: float = 0.0

    @property
    def sliced(self) -> bool:
        return shares(self.level) is Shares.SLICED

    @property
    def is_over(self) -> bool:
        """Whether neither a turn nor time beside somebody else's goes on."""
        return self.began is None and self.beside_since is None

    def begin(self, at: float, because: str, *, beside: bool) -> None:
        """Begin a turn, unless one goes on."""
        if self.began is not None or self.ended is not None:
            return
        if beside:
            if self.beside_since is None:
                self.turn_number += 1
                self.beside_since = at
            return
        self.close_beside(at)
        self.turn_number += 1
        self.began, self.because, self.noticed_at = at, because, None

    def close_beside(self, at: float) -> None:
        """End the time beside whoever has the slot."""
        if self.beside_since is not None:
            self.beside += max(0.0, at - self.beside_since)
            self.beside_since = None

    def close(self, at: float) -> float:
        """End the turn. Returns its seconds."""
        if self.began is None:
            return 0.0
        self.turns.append(Interval(self.began, max(self.began, at)))
        seconds = self.turns[-1].seconds
        self.began, self.noticed_at = None, None
        return seconds

    def settle(self, outages: Sequence[Interval[float]]) -> None:
        """Count the closed turns again if anything about them is new. `outages` were everybody's, and only grow."""
        known = (len(self.turns), len(self.gaps), len(outages))
        if known == self._known:
            return
        if known[1:] != self._known[1:]:
            self._losses = merged([*self.gaps, *outages])
        turns = merged(self.turns)
        self._known, self._held = known, length(turns)
        self._lost = length(shared(turns, self._losses))

    def counted(self, outages: Sequence[Interval[float]], now: float) -> tuple[float, float]:
        """Return the seconds that it had the slot and that count up to `now`, and those that were lost."""
        self.settle(outages)
        if self.began is None:
            return self._held - self._lost, self._lost
        lost = self._lost + length(shared(self.going(now), self._losses))
        return self._held + length(self.going(now)) - lost, lost

    def unforgiven(self, outages: Sequence[Interval[float]], since: float, now: float) -> float:
        """Return the seconds that still count of an outage that goes on, and that its end will forgive."""
        self.settle(outages)
        had = shared(merged([*self.turns, *self.going(now)]), [Interval(since, now)])
        return length(had) - length(shared(had, self._losses))

    def going(self, now: float) -> list[Interval[float]]:
        """Return the turn that goes on."""
        return [] if self.began is None else [Interval(self.began, max(self.began, now))]
