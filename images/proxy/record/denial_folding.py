"""Refusals beyond a rate become a number: an agent that calls in vain all day does not fill the disk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

BURST = 20
A_SECOND = 1.0
MOST_HOSTS = 16
OTHERS = "*"


@dataclass
class Allowance:
    """How many lines of one kind may be written now."""

    left: float
    since: float

    def take(self, now: float) -> bool:
        self.left = min(BURST, self.left + max(0.0, now - self.since) * A_SECOND)
        self.since = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


@dataclass
class Fold:
    """Refused calls that are told by their number."""

    since: float
    until: float
    count: int = 0
    request_bytes: int = 0


@dataclass
class Folds:
    """Counts by rule and host what is not written line by line."""

    allowances: dict[str, Allowance] = field(default_factory=dict)
    folded: dict[tuple[str, str], Fold] = field(default_factory=dict)

    def takes(self, rule: str, host: str, request_bytes: int, now: float) -> bool:
        """Say whether a refusal is one too many to be a line of its own; it is counted then."""
        allowance = self.allowances.setdefault(rule, Allowance(BURST, now))
        if allowance.take(now):
            return False
        known = (rule, host) in self.folded or len(self.folded) < MOST_HOSTS
        fold = self.folded.setdefault((rule, host if known else OTHERS), Fold(now, now))
        fold.until = now
        fold.count += 1
        fold.request_bytes += request_bytes
        return True

    def empty(self) -> Iterator[tuple[float, float, dict[str, Any]]]:
        """Yield what was folded since the last time: from, until, and what the line says."""
        folded, self.folded = self.folded, {}
        for (rule, host), fold in folded.items():
            said = {"rule": rule, "host": host, "count": fold.count, "request_bytes": fold.request_bytes}
            yield fold.since, fold.until, said
