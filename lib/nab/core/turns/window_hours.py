"""When all L4 runs are awake together: in a window, so that each can submit."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from nab.core.intervals import Interval
from nab.core.turns.situations import TurnSituation
from nab.core.windows.window import Window

BEFORE_CLOSE = timedelta(minutes=5)
LONG_WINDOW = timedelta(hours=2)  # Saturday's is: L4 agents are awake together in its first and its last hour
HOUR = timedelta(hours=1)


def are_together(scene: TurnSituation) -> bool:
    """Say whether all L4 runs are awake now: in a window, until five minutes before its close.

    Of a long window it is the first and the last hour: longer, and no run would ever have the machine to itself.
    """
    match scene.window:
        case Window.OPEN:
            return in_the_hours(scene)
        case Window.CLOSED | Window.UNKNOWN:
            return False
        case unknown:
            assert_never(unknown)


def perhaps_together(scene: TurnSituation) -> bool:
    """Say whether whoever is awake in a window stays so though Numerai does not answer: until the hour is over."""
    return scene.window is Window.UNKNOWN and in_the_hours(scene)


def in_the_hours(scene: TurnSituation) -> bool:
    return any(hours.began <= scene.now < hours.ended for hours in hours_together(scene))


def hours_together(scene: TurnSituation) -> tuple[Interval[datetime], ...]:
    """Return when all L4 runs are awake, of the round that is known."""
    if scene.opens is None or scene.closes is None:
        return ()
    last = scene.closes - BEFORE_CLOSE
    if last - scene.opens <= LONG_WINDOW:
        return (Interval(scene.opens, last),)
    return (Interval(scene.opens, scene.opens + HOUR), Interval(last - HOUR, last))
