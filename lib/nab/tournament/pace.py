"""How fast the tournament runs, and which round it is at when it starts again."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from nab.core import times
from nab.core.errors import NabError
from nab.tournament.account import replace_private
from nab.tournament.schedule import FIRST_ROUND, FastSchedule, Schedule
from nab.tournament.weekly import WeeklySchedule

SHORTEST_SECONDS = 0.01


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """The speed of the fast preset, in seconds; the live preset has Numerai's own."""

    preset: Literal["fast", "live"] = "fast"
    rounds_every: float = 40.0
    window: float = 34.0
    scoring_day: float = 1.5
    first_score_lag: int = 4


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


def keep_schedule(path: Path, pace: Pace, now: datetime) -> Schedule:
    """Return the schedule; the one kept in that file goes on when the pace is the same."""
    check(pace)
    if pace.preset == "live":
        return WeeklySchedule()
    kept = read(path)
    if kept is not None and kept.pace == pace:
        return as_schedule(kept)
    first = FIRST_ROUND if kept is None else as_schedule(kept).newest(now) + 1
    # Whole seconds, because Numerai's times are told in whole seconds.
    fresh = Kept(pace, times.text(now.replace(microsecond=0)), first)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_private(path, json.dumps(msgspec.to_builtins(fresh)))
    return as_schedule(fresh)


def read(path: Path) -> Kept | None:
    """Return what is kept, or None where nothing is."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Kept)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as error:
        raise NabError(f"{path} cannot be read: {error}", hint="remove it; rounds then start anew") from None


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
