"""How far the copy at the git remote is behind, as the last tick noted it. Imports little: make status shows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypedDict, cast

import msgspec

from nab.actions.bench import Bench
from nab.core.text import times
from nab.core.upkeep.sync import lag_words
from nab.core.upkeep.sync.lag import Last
from nab.core.upkeep.sync.pieces import of_run
from nab.edges import clock

LONGEST_TICK = timedelta(hours=1)


class Shown(TypedDict):
    """Where the sync stands: whether there is one, and in words; with what the last tick noted, as it noted it."""

    on: bool
    words: str


def file_of(bench: Bench) -> Path:
    """Return where it is noted."""
    return bench.paths.sync / "last.json"


def last(bench: Bench) -> Last | None:
    """Return what the last tick noted; None where none has for this remote."""
    try:
        found = msgspec.json.decode(file_of(bench).read_bytes(), type=Last)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None
    return found if found.remote == bench.config.settings.sync.remote else None


def taken_up(bench: Bench, run: str) -> datetime:
    """Return until when all that a run recorded is in the mirror; the first of times where that is not known."""
    noted = last(bench)
    if noted is None or noted.error or noted.unstaged or of_run(run) in noted.aside or not noted.checked:
        return datetime.min.replace(tzinfo=UTC)
    return times.parse(noted.checked) - LONGEST_TICK


def shown(bench: Bench) -> Shown:
    """Tell where the sync stands, as plain values and in words."""
    remote, noted, now = bench.config.settings.sync.remote, last(bench), clock.now()
    values = msgspec.to_builtins(noted) | {"lag_seconds": round(noted.lag_seconds(now), 1)} if noted else {}
    return cast("Shown", {"on": bool(remote), **values, "words": lag_words.words(noted, remote, now)})
