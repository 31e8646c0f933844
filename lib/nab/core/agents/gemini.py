"""Gemini CLI: what it prints (stream-json)."""

from __future__ import annotations

from typing import Any

import msgspec

from nab.core.agents.events import (
    AgentEnding,
    AnyEvent,
    Error,
    Message,
    SessionOpened,
    Tokens,
    ToolCall,
    ToolResult,
    TurnOpened,
)
from nab.core.agents.lines import Reader, command_of
from nab.core.foreign import Code, Count, Decoder

SHELL = "run_shell_command"


class GeminiFailure(msgspec.Struct):
    type: str = ""
    message: str = ""
    code: Code | None = None


class GeminiCounts(msgspec.Struct):
    """The counts of a model in one start of the program; what it thought is only in the total."""

    total_tokens: Count = 0
    input_tokens: Count = 0
    output_tokens: Count = 0
    cached: Count = 0


class Stats(msgspec.Struct):
    models: dict[str, GeminiCounts] = {}


class GeminiLine(msgspec.Struct):
    """A line of what it prints."""

    type: str = ""
    timestamp: str = ""
    session_id: str = ""
    model: str = ""
    role: str = ""
    content: str = ""
    delta: bool = False
    tool_name: str = ""
    tool_id: str = ""
    parameters: msgspec.Raw = msgspec.Raw(b"{}")
    status: str = ""
    output: str = ""
    severity: str = ""
    message: str = ""
    error: GeminiFailure | str | None = None
    stats: Stats | None = None


LINE = Decoder(GeminiLine)


def call(name: str, written: bytes, **rest: Any) -> ToolCall:
    """Return a tool call, with the command where it is a shell's."""
    command = command_of(written) if name == SHELL else ""
    return ToolCall(name=name, arguments=written.decode("utf-8", "replace"), command=command, **rest)


def failure_of(read: GeminiLine) -> GeminiFailure:
    """Return what went wrong, as far as it is told."""
    return GeminiFailure(message=read.error) if isinstance(read.error, str) else read.error or GeminiFailure()


class Gemini(Reader):
    """Reads what it prints."""

    def __init__(self, source: str = "") -> None:
        super().__init__(source)
        self.going_on = False

    def understood(self, line: bytes) -> list[AnyEvent]:
        read = LINE.decode(line)
        place = self.place
        place.session = read.session_id or place.session
        place.at = read.timestamp
        going_on, self.going_on = self.going_on, read.delta
        found: list[AnyEvent] = []
        match read.type:
            case "init":
                found = [SessionOpened(model=read.model, **self.here)]
            case "message" if read.role == "user":
                found = [TurnOpened(**self.here), Message(role="user", text=read.content, **self.here)]
            case "message":
                part = read.delta and going_on
                found = [Message(role="assistant", text=read.content, part=part, **self.here)]
            case "tool_use":
                found = [call(read.tool_name, bytes(read.parameters), call=read.tool_id, **self.here)]
            case "tool_result":
                found = [self.came_back(read)]
            case "error":
                found = [Error(text=read.message, again=read.severity == "warning", **self.here)]
            case "result":
                found = self.result(read)
        return found or [self.other(read.type)]

    def came_back(self, read: GeminiLine) -> ToolResult:
        """Read a tool's result. A command that was refused is a success in its words."""
        text = read.output or failure_of(read).message
        return ToolResult(call=read.tool_id, text=text, failed=read.status != "success", **self.here)

    def result(self, read: GeminiLine) -> list[AnyEvent]:
        """Read the last word: its counts are those of this start of the program."""
        found: list[AnyEvent] = []
        for model, counts in (read.stats.models if read.stats else {}).items():
            thought = max(0, counts.total_tokens - counts.input_tokens - counts.output_tokens)
            found.append(
                Tokens(
                    scope="turn",
                    model=model,
                    input=max(0, counts.input_tokens - counts.cached),
                    cache_read=counts.cached,
                    output=counts.output_tokens + thought,
                    reasoning=thought,
                    **self.here,
                )
            )
        failure = failure_of(read)
        ending = AgentEnding(
            success=read.status == "success",
            reason=failure.type or read.status,
            text=failure.message,
            status=failure.code,
            **self.here,
        )
        return [*found, ending]
