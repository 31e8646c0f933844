"""Numerai's rate limits: per address and operation, a bucket that fills again while time passes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock

MINUTE = 60.0
MOST_BUCKETS = 10_000


@dataclass(frozen=True)
class Limit:
    """So many requests in so many seconds."""

    requests: int
    seconds: float = MINUTE


LIMITS: Mapping[str, Limit] = {
    "account": Limit(1000),
    "accountLeaderboard": Limit(20),
    "accountProfile": Limit(100),
    "addModel": Limit(10),
    "apiTokenInfo": Limit(100),
    "createComputePickleUpload": Limit(3, 30 * MINUTE),
    "createDiagnostics": Limit(5),
    "createSubmission": Limit(500),
    "dataset": Limit(200),
    "diagnostics": Limit(50),
    "diagnosticsUploadAuth": Limit(50, 10 * MINUTE),
    "graphqlRateLimits": Limit(10),
    "listDatasets": Limit(10),
    "model": Limit(500),
    "pipelineStatus": Limit(20),
    "roundDetails": Limit(100),
    "rounds": Limit(250),
    "submissionDownloadAuth": Limit(100),
    "submissionScores": Limit(300),
    "submissionUploadAuth": Limit(1000),
    "submissions": Limit(100),
    "v2Leaderboard": Limit(200),
    "v2RoundModelPerformances": Limit(500),
    "v3UserProfile": Limit(300),
}


class Enforced(StrEnum):
    """Which limits hold."""

    ALL = "all"
    DIAGNOSTICS = "diagnostics"
    NONE = "none"

    def limits(self) -> Mapping[str, Limit]:
        """Return the limits that hold."""
        match self:
            case Enforced.ALL:
                return LIMITS
            case Enforced.DIAGNOSTICS:
                return {"createDiagnostics": LIMITS["createDiagnostics"]}
            case Enforced.NONE:
                return {}


class TooMany(Exception):
    """A budget is used up."""

    def __init__(self, operation: str, seconds: float) -> None:
        super().__init__(f"Rate limit exceeded for {operation}")
        self.seconds = seconds


@dataclass
class Budgets:
    """What each address may still ask."""

    limits: Mapping[str, Limit]
    left: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def spend(self, address: str, operations: Iterable[str], now: float) -> None:
        """Count one request of each operation. Raises TooMany, and then none is counted."""
        counted = [operation for operation in operations if operation in self.limits]
        with self.lock:
            after: dict[tuple[str, str], tuple[float, float]] = {}
            for operation in counted:
                key, limit = (address, operation), self.limits[operation]
                tokens = after[key][0] if key in after else self.tokens(key, limit, now)
                if tokens < 1:
                    raise TooMany(operation, (1 - tokens) * limit.seconds / limit.requests)
                after[key] = (tokens - 1, now)
            self.left |= after
            self.forget_full(now)

    def tokens(self, key: tuple[str, str], limit: Limit, now: float) -> float:
        """Return what is in a bucket now."""
        tokens, since = self.left.get(key, (float(limit.requests), now))
        return min(float(limit.requests), tokens + (now - since) * limit.requests / limit.seconds)

    def forget_full(self, now: float) -> None:
        """Let go of buckets that have filled again, so that many addresses cost no memory."""
        if len(self.left) > MOST_BUCKETS:
            full = [
                k for k in self.left if self.tokens(k, self.limits[k[1]], now) >= self.limits[k[1]].requests
            ]
            for key in full:
                del self.left[key]
