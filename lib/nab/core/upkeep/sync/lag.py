"""How far the remote is behind, as the last tick saw it, in words for make status."""

from __future__ import annotations

from datetime import datetime

import msgspec

from nab.core.text import durations, times

LOUD_SECONDS = 600.0


class Last(msgspec.Struct, kw_only=True):
    """What state/sync/last.json holds. Times are ISO-8601 text, empty for never."""

    schema: int = 1
    remote: str = ""
    branch: str = ""
    checked: str = ""  # the last tick
    arrived: str = ""  # when something arrived last
    arrived_seq: int = 0  # the last event that is there
    commit: str = ""  # the newest commit that is there
    seq: int = 0  # the last event that is in the mirror
    waiting: int = 0  # commits that are not there yet, and their bytes
    waiting_bytes: int = 0
    waiting_since: str = ""
    unstaged: bool = False  # there is more than one tick could take up
    error: str = ""
    failing_since: str = ""
    told: bool = False  # that it fails is in the event log
    withheld: int = 0
    left_out: int = 0
    looks_for: int = 0  # secrets
    aside: dict[str, str] = {}  # pieces that do not go for now, and why
    push_bytes: int = 0  # how much one push may carry, after one that took too long; 0: as set

    def lag_seconds(self, now: datetime) -> float:
        """Return for how long the oldest commit has waited that is not at the remote yet; 0 when none does."""
        return (
            max(0.0, (now - times.parse(self.waiting_since)).total_seconds()) if self.waiting_since else 0.0
        )


def words(last: Last | None, remote: str, now: datetime) -> str:
    """Tell where the sync stands."""
    if not remote:
        return "sync: off (docs/sync.md tells how to keep a copy at a git remote)"
    if last is None or last.remote != remote:
        return f"sync: nothing is at {remote} yet (make sync)"
    there = f"{arrived(last, now)}{waiting(last, now)}{trouble(last, now)}"
    return f"sync: {there}{aside(last)}{kept(last)}{unlooked(last, now)}"


def arrived(last: Last, now: datetime) -> str:
    """Tell what is there."""
    where = f"{last.remote}, {last.branch}"
    if not last.arrived:
        return f"nothing has arrived at {where} yet"
    ago = durations.text((now - times.parse(last.arrived)).total_seconds())
    return f"events up to {last.arrived_seq} are at {where}, since {ago}"


def waiting(last: Last, now: datetime) -> str:
    """Tell what is not there yet."""
    more = "; more is to be taken up" if last.unstaged else ""
    if not last.waiting:
        return more
    mib = last.waiting_bytes / 2**20
    return f"; {last.waiting} commits ({mib:.1f} MiB) wait, for {durations.text(last.lag_seconds(now))}{more}"


def trouble(last: Last, now: datetime) -> str:
    """Tell what went wrong, loudly when it has for long."""
    if not last.error:
        return ""
    seconds = (now - times.parse(last.failing_since)).total_seconds() if last.failing_since else 0.0
    loud = "  <-- " if seconds > LOUD_SECONDS else " "
    return f";{loud}{last.error}, for {durations.text(seconds)}"


def aside(last: Last) -> str:
    """Tell which pieces do not go, though the rest does."""
    return "".join(f"; {piece} is set aside: {why}" for piece, why in sorted(last.aside.items()))


def kept(last: Last) -> str:
    """Tell what stays here."""
    withheld = f"; {last.withheld} withheld because of a secret (left-out.jsonl)" if last.withheld else ""
    return withheld + (f"; {last.left_out} left out by rule" if last.left_out else "")


def unlooked(last: Last, now: datetime) -> str:
    """Tell that nobody has synced for long."""
    seconds = (now - times.parse(last.checked)).total_seconds() if last.checked else 0.0
    late = "  <-- late: is nab-sync.timer running?"
    return f"; looked {durations.text(seconds)} ago{late}" if seconds > LOUD_SECONDS else ""
