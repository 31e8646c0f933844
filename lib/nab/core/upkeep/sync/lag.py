"""How far the remote is behind, as the last tick saw it."""

from __future__ import annotations

from datetime import datetime

import msgspec

from nab.core.upkeep.sync import lag_words


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
        return lag_words.lag_seconds(self.waiting_since, now)
