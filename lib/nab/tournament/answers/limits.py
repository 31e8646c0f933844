"""Numerai's rate limits as Numerai tells them; which of them hold here, --rate-limits says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nab.tournament.play.rates import LIMITS
from nab.tournament.play.visit import Visit

MUTATIONS = ("addModel", "create")


def rate_limits(visit: Visit, _arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Answer `graphqlRateLimits`."""
    del visit
    return [
        {
            "operation": name,
            "operationType": "mutation" if name.startswith(MUTATIONS) else "query",
            "scope": "ip",
            "limitCount": limit.requests,
            "intervalMs": int(limit.seconds * 1000),
        }
        for name, limit in LIMITS.items()
    ]
