"""What is written (docs/capture.md): one call, or one thing that befell the proxy, as one JSON line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from record import categories, redact
from record.seen import Seen

SCHEMA = 2
MOST_CHARACTERS = 2048
MOST_METHOD = 32
MOST_LINE = 16 << 10
LONG = ("path", "target", "query", "error", "host", "content_type")
CUT_CHARACTERS = 100  # of each of them in a line that would be too long; JSON spells a character in 12 bytes
MOST_NAME, CUT_NAME, CUT_NAMES = 64, 24, 10


@dataclass(frozen=True)
class Source:
    """Whose calls these are, and what must not be written."""

    run: str
    session: str
    redact: Callable[[str], str]


def head(source: Source, time: float, phase: str) -> dict[str, Any]:
    """Return what every line begins with; `seq` is given when it is written."""
    return {
        "schema": SCHEMA,
        "time": instant(time),
        "phase": phase,
        "seq": 0,
        "run": source.run,
        "session": source.session,
    }


def call(seen: Seen, source: Source, now: float, phase: str) -> dict[str, Any]:
    """Return the line of a call."""
    path, _, query = seen.target.partition(
        "?"
    )  # what an agent writes need not be an address that can be parsed
    return {
        **head(source, seen.started, phase),
        "id": seen.id,
        "via": seen.via,
        "client_port": seen.client_port,
        "method": seen.method[:MOST_METHOD],
        "scheme": seen.scheme,
        "host": source.redact(seen.host)[:255],
        "port": seen.port,
        "path": redact.path(path, source.redact)[:MOST_CHARACTERS],
        "query": redact.query(query, source.redact)[:MOST_CHARACTERS],
        "status": seen.status,
        "request_bytes": seen.request_bytes,
        "response_bytes": seen.response_bytes,
        "request_header_bytes": seen.request_header_bytes,
        "response_header_bytes": seen.response_header_bytes,
        "seconds": round(max(0.0, now - seen.started), 3),
        "first_byte_seconds": round(max(0.0, seen.first_byte - seen.started), 3) if seen.first_byte else None,
        "content_type": seen.content_type[:128] if seen.content_type else None,
        "category": categories.category(seen.host, path),
        "error": source.redact(seen.error)[:MOST_CHARACTERS] if seen.error else None,
        "denied": {"rule": seen.denied[0], "why": source.redact(seen.denied[1])[:512]}
        if seen.denied
        else None,
        "graphql": graphql(seen),
        **contents(seen),
    }


def sent(seen: Seen, source: Source, now: float, phase: str = "sent") -> dict[str, Any]:
    """Return the line of a call that is about to leave: what is left of it should the proxy be killed."""
    path = seen.target.partition("?")[0]
    return {
        **head(source, now, phase),
        "id": seen.id,
        "method": seen.method[:MOST_METHOD],
        "scheme": seen.scheme,
        "host": source.redact(seen.host)[:255],
        "port": seen.port,
        "target": redact.path(path, source.redact)[:MOST_CHARACTERS],
    }


def least(seen: Seen, source: Source, now: float, phase: str, fault: str) -> dict[str, Any]:
    """Return what can be said of a call of which the rest cannot be written: nothing in it was taken apart."""
    return {
        **head(source, now, phase),
        "id": seen.id,
        "host": source.redact(str(seen.host))[:255],
        "status": seen.status,
        "error": fault,
        "denied": {"rule": seen.denied[0], "why": ""} if seen.denied else None,
    }


def contents(seen: Seen) -> dict[str, Any]:
    """Return what is said of the bodies."""
    sent, received = seen.messages or (0, 0)
    return {
        "request_sha256": seen.request_hash.hexdigest() if seen.request_hash else None,
        "response_sha256": seen.response_hash.hexdigest() if seen.response_hash else None,
        "upload_sha256": seen.upload_sha256,
        "websocket": {"sent": sent, "received": received} if seen.messages else None,
        "events": seen.watch.events if seen.watch else None,
        "usage": seen.watch.model.said() if seen.watch and seen.watch.model else None,
        "body": seen.body or None,
        "page": seen.page or None,
        "upload": seen.upload,
    }


def line(fields: dict[str, Any], seq: int) -> bytes:
    """Write one line; never longer than MOST_LINE."""
    written = dump({**fields, "seq": seq})
    return written if len(written) <= MOST_LINE else dump({**fields, **shortened(fields), "seq": seq})


def shortened(fields: dict[str, Any]) -> dict[str, Any]:
    """Return what takes the place of texts that are too long together."""
    short: dict[str, Any] = {key: fields[key][:CUT_CHARACTERS] for key in LONG if fields.get(key)}
    if graphql := fields.get("graphql"):
        short["graphql"] = {**graphql, "fields": [name[:CUT_NAME] for name in graphql["fields"][:CUT_NAMES]]}
    if denied := fields.get("denied"):
        short["denied"] = {**denied, "why": denied["why"][:CUT_CHARACTERS]}
    if page := fields.get("page"):
        short["page"] = {
            which: {**one, "title": (one["title"] or "")[:CUT_CHARACTERS] or None}
            for which, one in page.items()
        }
    if usage := fields.get("usage"):
        short["usage"] = {**usage, "raw": None}
    return short


def dump(fields: dict[str, Any]) -> bytes:
    """Write it without spaces: readers look for a key and its value before they decode a line."""
    written = json.dumps(fields, ensure_ascii=True, separators=(",", ":"))
    if "\\ud" in written:
        written = json.dumps(json.loads(whole(written)), ensure_ascii=True, separators=(",", ":"))
    return written.encode() + b"\n"


def whole(written: str) -> str:
    """Return JSON without halves of characters: an answer that was cut may end in one, and readers refuse its line."""
    spelt = json.dumps(json.loads(written), ensure_ascii=False)
    return spelt.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def graphql(seen: Seen) -> dict[str, Any] | None:
    """Return what a call to Numerai's API asked for."""
    if seen.call is None:
        return None
    names = [name[:MOST_NAME] for name in seen.call.names]
    submission = seen.submission[:MOST_NAME] if seen.submission else None
    return {"operation": seen.call.operation, "fields": names, "submission": submission}


def instant(seconds: float) -> str:
    """Write an instant as 2026-05-16T13:02:07.123Z."""
    written = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return written.replace("+00:00", "Z")
