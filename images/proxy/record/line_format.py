"""What is written (docs/capture.md): one call, or one thing that befell the proxy, as one JSON line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from models.watches import Watch

from record import categories, redact
from record.graphql_calls import Call

SCHEMA = 2
MOST_CHARACTERS = 2048
MOST_LINE = 16 << 10
LONG = ("path", "query", "error", "host", "content_type")
CUT_CHARACTERS = 100  # of each of them in a line that would be too long; JSON spells a character in 12 bytes
MOST_NAME, CUT_NAME, CUT_NAMES = 64, 24, 10


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
    via: str = "proxy"
    client_port: int | None = None
    status: int | None = None
    first_byte: float | None = None
    request_bytes: int = 0
    response_bytes: int = 0
    request_header_bytes: int = 0
    response_header_bytes: int = 0
    content_type: str | None = None
    error: str | None = None
    call: Call | None = None
    submission: str | None = None
    upload_sha256: str | None = None
    denied: tuple[str, str] | None = None
    hold_request: bool = False
    hold_response: bool = False
    request_taps: list[Callable[[bytes], bytes]] = field(default_factory=list)
    response_taps: list[Callable[[bytes], bytes]] = field(default_factory=list)
    request_hash: Any = None
    response_hash: Any = None
    watch: Watch | None = None
    messages: list[int] | None = None
    kept: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    body: dict[str, int] = field(default_factory=dict)
    announced: bool = False
    over: bool = False

    def count_request(self, piece: bytes) -> bytes:
        """Let a piece of the request's body pass, and count it."""
        if self.request_hash is None:
            self.request_hash = hashlib.sha256()
        self.request_hash.update(piece)
        self.request_bytes += len(piece)
        return piece

    def count_response(self, piece: bytes) -> bytes:
        """Let a piece of the answer's body pass, and count it."""
        if self.response_hash is None:
            self.response_hash = hashlib.sha256()
        self.response_hash.update(piece)
        self.response_bytes += len(piece)
        if self.watch:
            self.watch.feed(piece)
        return piece


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
    target = urlsplit(seen.target)
    return {
        **head(source, seen.started, phase),
        "id": seen.id,
        "via": seen.via,
        "client_port": seen.client_port,
        "method": seen.method[:32],
        "scheme": seen.scheme,
        "host": source.redact(seen.host)[:255],
        "port": seen.port,
        "path": redact.path(target.path, source.redact)[:MOST_CHARACTERS],
        "query": redact.query(target.query, source.redact)[:MOST_CHARACTERS],
        "status": seen.status,
        "request_bytes": seen.request_bytes,
        "response_bytes": seen.response_bytes,
        "request_header_bytes": seen.request_header_bytes,
        "response_header_bytes": seen.response_header_bytes,
        "seconds": round(max(0.0, now - seen.started), 3),
        "first_byte_seconds": round(max(0.0, seen.first_byte - seen.started), 3) if seen.first_byte else None,
        "content_type": seen.content_type[:128] if seen.content_type else None,
        "category": categories.category(seen.host, target.path),
        "error": source.redact(seen.error)[:MOST_CHARACTERS] if seen.error else None,
        "denied": {"rule": seen.denied[0], "why": source.redact(seen.denied[1])[:512]}
        if seen.denied
        else None,
        "graphql": graphql(seen),
        **contents(seen),
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
