"""A program of an operator's own that prints what it does: an object a line, and whatever else is plain text.

docs/adding-an-agent.md has every type and key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from nab.core.agents.events import (
    AgentEnding,
    AnyEvent,
    Cost,
    Error,
    Message,
    SessionOpened,
    Tokens,
    ToolCall,
    ToolResult,
)
from nab.core.agents.lines import Reader
from nab.core.agents.plain import Plain
from nab.core.foreign import Code, Count, Decoder, Dollars, UnreadableError

OBJECT = b"{"


class OwnLine(msgspec.Struct):
    """A line. A type says which of the rest it may have."""

    type: str = ""
    at: str = ""
    id: str = ""
    text: str = ""
    role: str = ""
    thought: bool = False
    tool: str = ""
    command: str = ""
    arguments: msgspec.Raw = msgspec.Raw(b"{}")
    failed: bool | None = None
    exit_code: Code | None = None
    model: str = ""
    input: Count = 0
    cache_read: Count = 0
    cache_write: Count = 0
    output: Count = 0
    reasoning: Count = 0
    usd: Dollars | None = None
    code: str = ""
    again: bool = False
    resets: Count | None = None
    status: Code | None = None


LINE = Decoder(OwnLine)


class JsonLines(Reader):
    """Reads it."""

    def __init__(self, source: str = "") -> None:
        super().__init__(source)
        self.plain = Plain(source)

    def read(self, line: bytes) -> list[AnyEvent]:
        """Return what a line says: an object of ours, or else plain text."""
        self.place.line += 1
        if line.lstrip().startswith(OBJECT):
            try:
                found = self.understood(line)
            except (UnreadableError, RecursionError):
                found = []
            if found:
                self.plain.ends()
                return found
        self.plain.place = msgspec.structs.replace(self.place, line=self.place.line - 1, at="")
        return self.plain.read(line)

    def understood(self, line: bytes) -> list[AnyEvent]:
        """Return what an object says; nothing of one that has no type of ours. Raises UnreadableError for no object."""
        read = LINE.decode(line)
        if read.type not in TYPES:
            return []
        self.place.at = read.at
        if read.type == "session":
            self.place.session = read.id or self.place.session
        return [TYPES[read.type](self, read)]


def message(reader: Reader, read: OwnLine) -> AnyEvent:
    role = read.role if read.role in {"user", "system"} else "assistant"
    return Message(role=role, text=read.text, thought=read.thought, **reader.here)  # type: ignore[arg-type] # one of three


def call(reader: Reader, read: OwnLine) -> AnyEvent:
    arguments = bytes(read.arguments).decode("utf-8", "replace")
    return ToolCall(call=read.id, name=read.tool, arguments=arguments, command=read.command, **reader.here)


def result(reader: Reader, read: OwnLine) -> AnyEvent:
    failed = read.failed if read.failed is not None or read.exit_code is None else read.exit_code != 0
    return ToolResult(call=read.id, text=read.text, failed=failed, exit_code=read.exit_code, **reader.here)


def tokens(reader: Reader, read: OwnLine) -> AnyEvent:
    counts = {
        name: getattr(read, name) for name in ("input", "cache_read", "cache_write", "output", "reasoning")
    }
    return Tokens(scope="response", model=read.model, response=read.id, **counts, **reader.here)


TYPES: Mapping[str, Callable[[Reader, OwnLine], AnyEvent]] = {
    "session": lambda reader, read: SessionOpened(model=read.model, **reader.here),
    "message": message,
    "call": call,
    "result": result,
    "tokens": tokens,
    "cost": lambda reader, read: Cost(scope="session", usd=read.usd or 0.0, **reader.here),
    "error": lambda reader, read: Error(
        text=read.text, code=read.code, again=read.again, resets=read.resets, **reader.here
    ),
    "done": lambda reader, read: AgentEnding(success=True, reason="done", text=read.text, **reader.here),
    "failed": lambda reader, read: AgentEnding(
        success=False, reason=read.code or "failed", text=read.text, status=read.status, **reader.here
    ),
}
