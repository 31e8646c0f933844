"""The tournament's clocks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from nab.edges import clock


class Clock(Protocol):
    """The tournament's time."""

    def now(self) -> datetime:
        """Return the present instant, UTC."""


@dataclass
class MovableClock:
    """The machine's time, moved forward when somebody does not want to wait."""

    ahead: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return clock.now() + self.ahead

    def move(self, by: timedelta) -> None:
        """Go forward."""
        self.ahead += by
