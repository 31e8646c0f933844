"""What is seen of one call from its beginning to its end, and what the addons tell each other of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kept.spool import Upload
from kept.tee import Tee
from models.watches import Watch

from record.graphql_calls import Call


@dataclass
class Seen:
    """What was seen of one call; counts grow while its bodies pass.

    `connection` is the id of its client's connection; `yes` are the hooks and the checks that agreed in them;
    `is_written` says that a line of it is on record. A call that is `over` has its last line.
    """

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
    question: Tee | None = None
    answer: Tee | None = None
    page: dict[str, Any] = field(default_factory=dict)
    upload_kind: str | None = None
    spooled: Upload | None = None
    upload: dict[str, Any] | None = None
    connection: str = ""
    yes: set[tuple[str, str]] = field(default_factory=set)
    is_written: bool = False
    announced: bool = False
    over: bool = False

    def count_request(self, piece: bytes) -> bytes:
        """Let a piece of the request's body pass, and count it."""
        if self.request_hash is None:
            self.request_hash = hashlib.sha256()
        self.request_hash.update(piece)
        self.request_bytes += len(piece)
        if self.question:
            self.question.feed(piece)
        return piece

    def count_response(self, piece: bytes) -> bytes:
        """Let a piece of the answer's body pass, and count it."""
        if self.response_hash is None:
            self.response_hash = hashlib.sha256()
        self.response_hash.update(piece)
        self.response_bytes += len(piece)
        if self.watch:
            self.watch.feed(piece)
        if self.answer:
            self.answer.feed(piece)
        return piece
