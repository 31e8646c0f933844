"""When Numerai is asked for all submissions of an entrant's model. Only the pace may fall, never the asking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from nab.core.facts import UploadSeen
from nab.core.outcomes.evidence import Evidence, of
from nab.core.text import times
from nab.core.windows.rounds import Round

WINDOW_EVERY = timedelta(minutes=5)
BEFORE_OPEN = timedelta(minutes=10)
AFTER_CLOSE = timedelta(hours=2)
HOURLY, DAILY = timedelta(hours=1), timedelta(days=1)
RESOLVES_AFTER = timedelta(days=95)  # sixty scoring days, with their lag and holidays
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=5), timedelta(hours=1)


@dataclass(frozen=True)
class Pace:
    """How often an entrant is asked for now, and why."""

    every: timedelta
    because: str


@dataclass(frozen=True)
class Due:
    """Whether it is time to ask for an entrant, and why or why not."""

    now: bool
    because: str


def pace(rounds: Iterable[Round], now: datetime) -> Pace:
    """Say how often to ask: often around a window, hourly until rounds resolve, daily for ever.

    Where rounds are shorter than hours, as in a local tournament, the pace is theirs.
    """
    known = list(rounds)
    if not known:
        return Pace(HOURLY, "no round is known yet")
    length = min(one.closes - one.opens for one in known)
    if any(one.opens - BEFORE_OPEN <= now < one.closes + AFTER_CLOSE for one in known):
        return Pace(min(WINDOW_EVERY, length / 12), "a window is near")
    if any(now < one.closes + RESOLVES_AFTER for one in known):
        return Pace(min(HOURLY, length), "a round has yet to resolve")
    return Pace(DAILY, "all rounds are asked for every day, for ever")


def retry(failures: int) -> timedelta:
    """Return the pause after so many failures in a row: it grows to an hour, and no further."""
    return min(LONGEST_RETRY, FIRST_RETRY * (1 << min(failures - 1, 10)))


def due(known: Evidence, entrant: str, rounds: Iterable[Round], now: datetime) -> Due:
    """Say whether it is time to ask for an entrant. Written for a clock that may jump: the future counts as never."""
    asked = known.polls(entrant)
    answered = [times.parse(at) for at, _ in asked.answered if times.parse(at) <= now][-1:]
    silent = [times.parse(at) for at, _, _ in asked.unanswered if times.parse(at) <= now]
    since = [at for at in silent if not answered or at > answered[0]]
    wanted = pace(rounds, now)
    if since:
        waits = min(retry(len(since)), max(wanted.every, FIRST_RETRY))
        return Due(now >= since[-1] + waits, f"{len(since)} looks in a row had no answer")
    if not answered:
        return Due(True, "nobody has asked yet")
    if unlisted_upload(known, entrant, asked.answered[-1][1]):
        return Due(True, "an upload was seen since the last look")
    return Due(now >= answered[0] + wanted.every, wanted.because)


def unlisted_upload(known: Evidence, entrant: str, seq: int) -> bool:
    """Say whether an upload was seen since an event of the log."""
    return any(
        event.seq > seq
        for (who, _), events in known.about.items()
        if who == entrant
        for event, _ in of(events, UploadSeen)
    )
