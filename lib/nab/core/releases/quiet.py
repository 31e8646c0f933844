"""Whether now is a moment to change the release: not while a submission is due, nor while one is being made."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from nab.core.overview.overview import Row
from nab.core.windows.rounds import Round

BEFORE = timedelta(minutes=15)  # a deploy that begins so long before an opening may last into it


def why_not(rows: Iterable[Row], firing: Iterable[str], now: datetime) -> str:
    """Say why the release should not change now; empty where nothing speaks against it.

    `firing` are the entrants whose submit.sh runs.
    """
    if at_it := sorted(firing):
        return f"submit.sh of {at_it[0]} is running"
    for row in rows:
        window = row.round
        if not isinstance(window, Round) or not row.owed or row.outcome.submission:
            continue
        if window.opens - BEFORE <= now < window.closes:
            opens = "is open" if now >= window.opens else f"opens at {window.opens:%H:%M} UTC"
            until = f"until {window.closes:%Y-%m-%d %H:%M} UTC"
            return f"round {window.number} {opens} {until}, and nothing of {row.entrant} is seen yet"
    return ""
