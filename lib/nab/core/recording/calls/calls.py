"""The lines that a run's proxy writes (docs/capture.md), as values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

DONE, START = "done", "start"


class GraphQL(msgspec.Struct, frozen=True):
    """What a call to Numerai's API asked for."""

    operation: str = ""
    fields: tuple[str, ...] = ()
    submission: str | None = None


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A line of http.jsonl, of either schema: what a reader may rely on. Other phases than calls have no `id`."""

    schema: int = 1
    time: str = ""
    phase: str = DONE
    seq: int = 0
    id: str = ""
    run: str = ""
    session: str = ""
    via: str = "proxy"
    client_port: int | None = None
    method: str = ""
    scheme: str = ""
    host: str = ""
    port: int = 0
    path: str = ""
    query: str = ""
    status: int | None = None
    request_bytes: int = 0
    response_bytes: int = 0
    request_header_bytes: int = -1
    response_header_bytes: int = -1
    seconds: float = 0.0
    first_byte_seconds: float | None = None
    content_type: str | None = None
    category: str = ""
    error: str | None = None
    denied: dict[str, Any] | None = None
    graphql: GraphQL | None = None
    request_sha256: str | None = None
    response_sha256: str | None = None
    upload_sha256: str | None = None
    websocket: dict[str, int] | None = None
    events: int | None = None
    usage: dict[str, Any] | None = None
    body: dict[str, int] | None = None

    @property
    def is_call(self) -> bool:
        """It tells of a call, not of the proxy."""
        return self.phase in (DONE, START)


DECODER = msgspec.json.Decoder(Call)


def read(lines: Iterable[bytes]) -> Iterator[Call]:
    """Read lines; one that cannot be read, as the last one of a file that is being written, is left out."""
    for line in lines:
        try:
            yield DECODER.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue
