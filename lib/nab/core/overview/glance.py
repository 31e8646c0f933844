"""The whole bench at a glance, for a person. Imports little: a light door shows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from nab.core.text import durations, times
from nab.core.text.counts import number_of
from nab.core.text.tables import Report, Table

LATE_SECONDS = 15 * 60
MOST_ROWS = 8
Cells = Sequence[Sequence[str]]


def shown(  # noqa: PLR0913 - the parts of what is shown
    *,
    boxes: Cells | None,
    runs: Cells,
    rounds: Cells,
    alarms: Sequence[dict[str, str]],
    newest_tick: str | None,
    has_watcher: bool,
    sync: str,
    log_seq: int,
    upto_seq: int,
    as_of: str,
    low: str,
    now: datetime,
) -> Report:
    """Write the status. `boxes` None: the engine cannot be asked; `has_watcher`: somebody is enrolled."""
    parts: list[str | Table] = [boxes_shown(boxes)]
    if runs:
        parts.append(Table(("run", "state", ""), runs))
    else:
        parts.append("runs: none yet (make demo shows one; make run AGENT=baseline LEVEL=L3 starts one)")
    if rounds:
        parts.append(Table(("round", "entrant", "outcome", ""), together(rounds)))
    if alarms:
        parts.append("\n".join(f"ALARM since {one['since']}: {one['text']}" for one in alarms))
    if has_watcher:
        parts.append(watcher(newest_tick, now))
    parts += [sync] if sync else []
    parts.append(log_line(log_seq, upto_seq, as_of))
    parts += [f"disk: {low}  <-- low: make gc"] if low else []
    return parts


def together(rounds: Cells) -> Cells:
    """Put entrants of whom the same is told of a round into one row, where there are many: it is to be one screen."""
    if len(rounds) <= MOST_ROWS:
        return rounds
    who: dict[tuple[str, str, str], list[str]] = {}
    for number, entrant, outcome, reason in rounds:
        who.setdefault((number, outcome, reason), []).append(entrant)
    return [(number, ", ".join(names), outcome, reason) for (number, outcome, reason), names in who.items()]


def boxes_shown(boxes: Cells | None) -> str | Table:
    """Tell of the boxes that run."""
    if boxes is None:
        return "boxes: the Docker engine cannot be asked (make doctor)"
    return Table(("box", "run", "for"), boxes) if boxes else "boxes: none is running"


def log_line(log_seq: int, upto_seq: int, as_of: str) -> str:
    """Say how long the log is, and what of it is not shown yet."""
    newer = log_seq - upto_seq
    behind = f"; {newer} newer events are not shown yet (make verify shows them)" if newer else ""
    return f"log: {number_of(log_seq, 'event')}" + (f", shown as of {as_of}" if as_of else "") + behind


def watcher(newest: str | None, now: datetime) -> str:
    """Say when the window was looked at last, loudly when that is long ago."""
    if newest is None:
        return "watcher: has never looked (make tick)"
    seconds = (now - times.parse(newest)).total_seconds()
    late = "  <-- late: is nab-watch.timer running?" if seconds > LATE_SECONDS else ""
    return f"watcher: looked {durations.text(max(0.0, seconds))} ago{late}"
