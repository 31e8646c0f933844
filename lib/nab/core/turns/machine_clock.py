"""The time in which the machine was awake, told by the log alone: every event has its boot and its monotonic clock."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from nab.core.text import times

if TYPE_CHECKING:
    from nab.core.log.events import Event


class Moment(NamedTuple):
    """An instant: by the wall clock (with a zone), and by the monotonic clock (seconds) of a boot."""

    known: datetime
    boot: str
    mono: float


@dataclass
class MachineTime:
    """Seconds awake since the first event. A reboot takes no time, nor a machine's sleep, nor a clock that is set.

    Of a machine that went down without a word, the time after its last event is as if it had been down.
    """

    knowns: list[str] = field(default_factory=list)
    awake: list[float] = field(default_factory=list)
    boot: str = ""
    mono: float = 0.0

    @property
    def now(self) -> float:
        """Return where the newest event stands."""
        return self.awake[-1] if self.awake else 0.0

    def see(self, event: Event) -> float:
        """Take the next event into account. Returns where it stands."""
        passed = max(0.0, event.mono - self.mono) if event.boot == self.boot and self.awake else 0.0
        self.awake.append(self.now + passed)
        self.knowns.append(max(self.knowns[-1], event.known) if self.knowns else event.known)
        self.boot, self.mono = event.boot, event.mono
        return self.now

    def of(self, moment: Moment) -> float:
        """Return where a moment after the newest event stands."""
        return self.now + (max(0.0, moment.mono - self.mono) if moment.boot == self.boot else 0.0)

    def at(self, instant: str) -> float:
        """Return where an instant (with a zone) of the past stands; one before the first event stands at its place."""
        wanted = times.parse(instant)
        place = bisect_right(self.knowns, times.text(wanted)) - 1
        if place < 0:
            return 0.0
        after = self.awake[place + 1] if place + 1 < len(self.awake) else self.awake[place]
        since = (wanted - times.parse(self.knowns[place])).total_seconds()
        return min(self.awake[place] + max(0.0, since), after)
