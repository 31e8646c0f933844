"""One call as one JSON line (docs/capture.md). Built here, redacted here, written elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import categories
import redact
from graphql_calls import Call

SCHEMA = 1
MOST_CHARACTERS = 2048


@dataclass
class Seen:
    """What was seen of one call; counts grow while its bodies pass."""

    id: str
    started: float
    method: str
    scheme: str
    host: str
    port: int
    target: str
    status: int | None = None
    request_bytes: int = 0
    response_bytes: int = 0
    content_type: str | None = None
    error: str | None = None
    call: Call | None = None
    submission: str | None = None


@dataclass(frozen=True)
class Source:
    """Whose calls these are, and what must not be written."""

    run: str
    session: str
    redact: Callable[[str], str]


def line(seen: Seen, source: Source, now: float, phase: str = "done") -> bytes:
    """Write the call as one line."""
    return (
        json.dumps(fields(seen, source, now, phase), ensure_ascii=True, separators=(",", ":")).encode()
        + b"\n"
    )


def fields(seen: Seen, source: Source, now: float, phase: str) -> dict[str, Any]:
    """Return what the line says."""
    target = urlsplit(seen.target)
    return {
        "schema": SCHEMA,
        "time": instant(seen.started),
        "phase": phase,
        "id": seen.id,
        "run": source.run,
        "session": source.session,
        "method": seen.method[:32],
        "scheme": seen.scheme,
        "host": source.redact(seen.host)[:255],
        "port": seen.port,
        "path": redact.path(target.path, source.redact)[:MOST_CHARACTERS],
        "query": redact.query(target.query, source.redact)[:MOST_CHARACTERS],
        "status": seen.status,
        "request_bytes": seen.request_bytes,
        "response_bytes": seen.response_bytes,
        "seconds": round(max(0.0, now - seen.started), 3),
        "content_type": seen.content_type[:128] if seen.content_type else None,
        "category": categories.category(seen.host),
        "error": source.redact(seen.error)[:MOST_CHARACTERS] if seen.error else None,
        "graphql": graphql(seen),
    }


def graphql(seen: Seen) -> dict[str, Any] | None:
    """Return what a call to Numerai's API asked for."""
    if seen.call is None:
        return None
    return {"operation": seen.call.operation, "fields": list(seen.call.names), "submission": seen.submission}


def instant(seconds: float) -> str:
    """Write an instant as 2026-05-16T13:02:07.123Z."""
    written = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return written.replace("+00:00", "Z")
