"""Names that people and files share: entrants and runs."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from nab.core.levels import Level

AGENT_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")


def entrant_name(agent: str, level: Level) -> str:
    """Name an agent at a level: codex-l4."""
    return f"{agent}-{level.value.lower()}"


def run_name(entrant: str, started: datetime) -> str:
    """Name one launch of an entrant, to the second, UTC: 2026-05-16T130207Z-codex-l4."""
    return f"{started.astimezone(UTC):%Y-%m-%dT%H%M%SZ}-{entrant}"
