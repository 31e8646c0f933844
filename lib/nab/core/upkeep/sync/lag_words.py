"""How far the remote is behind, in words. Imports little: a light door shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nab.core.text import durations, times
from nab.core.text.counts import number_of

Noted = (
    Any  # what state/sync/last.json holds: a `nab.core.upkeep.sync.lag.Last`, or its fields as they were read
)
LOUD_SECONDS = 600.0


def lag_seconds(waiting_since: str, now: datetime) -> float:
    """Return for how long the oldest commit has waited that is not at the remote yet; 0 when none does."""
    return max(0.0, (now - times.parse(waiting_since)).total_seconds()) if waiting_since else 0.0


def words(last: Noted, remote: str, now: datetime) -> str:
    """Tell where the sync stands."""
    if not remote:
        return "sync: off (docs/sync.md explains how to keep a copy at a git remote)"
    if last is None or last.remote != remote:
        return f"sync: nothing is at {remote} yet (make sync)"
    there = f"{arrived(last, now)}{waiting(last, now)}{trouble(last, now)}"
    return f"sync: {there}{aside(last)}{kept(last)}{unlooked(last, now)}"


def arrived(last: Noted, now: datetime) -> str:
    """Tell what is there."""
    where = f"{last.remote}, {last.branch}"
    if not last.arrived:
        return f"nothing has arrived at {where} yet"
    ago = durations.text((now - times.parse(last.arrived)).total_seconds())
    return f"events up to {last.arrived_seq} reached {where} {ago} ago"


def waiting(last: Noted, now: datetime) -> str:
    """Tell what is not there yet."""
    more = "; more is to be taken up" if last.unstaged else ""
    if not last.waiting:
        return more
    mib = last.waiting_bytes / 2**20
    lag = durations.text(lag_seconds(last.waiting_since, now))
    return f"; {number_of(last.waiting, 'commit')} ({mib:.1f} MiB) waiting for {lag}{more}"


def trouble(last: Noted, now: datetime) -> str:
    """Tell what went wrong, loudly when it has for long."""
    if not last.error:
        return ""
    seconds = (now - times.parse(last.failing_since)).total_seconds() if last.failing_since else 0.0
    loud = "  <-- " if seconds > LOUD_SECONDS else " "
    return f";{loud}{last.error}, for {durations.text(seconds)}"


def aside(last: Noted) -> str:
    """Tell which pieces do not go, though the rest does."""
    return "".join(f"; {piece} is set aside: {why}" for piece, why in sorted(last.aside.items()))


def kept(last: Noted) -> str:
    """Tell what stays here."""
    withheld = f"; {last.withheld} withheld because of a secret (left-out.jsonl)" if last.withheld else ""
    return withheld + (f"; {last.left_out} left out by rule" if last.left_out else "")


def unlooked(last: Noted, now: datetime) -> str:
    """Tell that nobody has synced for long."""
    seconds = (now - times.parse(last.checked)).total_seconds() if last.checked else 0.0
    late = "  <-- late: is nab-sync.timer running?"
    return f"; looked {durations.text(seconds)} ago{late}" if seconds > LOUD_SECONDS else ""
