"""How fast the tournament runs, and which round it is at when it starts again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from nab.core.errors import NabError
from nab.core.text import times
from nab.tournament.rounds.calendars import ChangedSchedule
from nab.tournament.rounds.schedule import FIRST_ROUND, FastSchedule, Schedule
from nab.tournament.rounds.weekly import WeeklySchedule
from nab.tournament.store import Store

SHORTEST_SECONDS = 0.01
DAY = 86_400.0


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """The speed of a preset in seconds; the live preset has Numerai's own."""

    preset: Literal["fast", "live", "bot"] = "fast"
    rounds_every: float = 40.0
    window: float = 34.0
    scoring_day: float = 1.5
    first_score_lag: int = 4
    first_round: int = FIRST_ROUND


# A window of preset bot stays open until somebody says `advance`: a year is longer than anybody waits.
PRESETS = {
    "fast": Pace(),
    "live": Pace(preset="live"),
    "bot": Pace(preset="bot", rounds_every=366 * DAY, window=365 * DAY, scoring_day=DAY),
}


class Kept(msgspec.Struct, frozen=True):
    """A fast schedule as it is remembered, so that round numbers never come twice."""

    pace: Pace
    started: str
    first: int


def check(pace: Pace) -> None:
    """Refuse a pace that cannot be kept."""
    if min(pace.window, pace.scoring_day) < SHORTEST_SECONDS or pace.first_score_lag < 1:
        raise NabError(
            "the window, a scoring day and the lag must be positive", hint="see --help for what is usual"
        )
    if pace.window > pace.rounds_every:
        raise NabError(
            f"a window of {pace.window:g} s does not fit into a round of {pace.rounds_every:g} s",
            hint="make --window at most --rounds-every",
        )


def keep_schedule(store: Store, pace: Pace, now: datetime, seed: int = 1) -> Schedule:
    """Return the schedule; the one that is kept goes on, at another pace from the next round on."""
    check(pace)
    if pace.preset == "live":
        return WeeklySchedule(seed)
    parts = [msgspec.convert(part, Kept) for part in store.setting("parts", [])]
    if not parts or parts[-1].pace != pace:
        first = changed(parts).newest(now) + 1 if parts else pace.first_round
        # Whole seconds, because Numerai's times are told in whole seconds.
        parts.append(Kept(pace, times.text(now.replace(microsecond=0)), first))
        store.keep("parts", msgspec.to_builtins(parts))
    return changed(parts)


def changed(parts: list[Kept]) -> ChangedSchedule:
    """Return the calendars one after another."""
    return ChangedSchedule([as_schedule(part) for part in parts])


def as_schedule(kept: Kept) -> FastSchedule:
    """Turn what is kept into a schedule."""
    return FastSchedule(
        started=times.parse(kept.started),
        rounds_every=timedelta(seconds=kept.pace.rounds_every),
        window=timedelta(seconds=kept.pace.window),
        scoring_day=timedelta(seconds=kept.pace.scoring_day),
        first_score_lag=kept.pace.first_score_lag,
        first=kept.first,
    )
