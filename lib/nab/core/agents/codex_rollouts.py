"""Codex's transcripts, which it calls rollouts: everything that its model was told and said, and its counts."""

from __future__ import annotations

from typing import Any

import msgspec

from nab.core.agents.codex import CodexFailure, CodexUsage, tokens
from nab.core.agents.events import (
    AgentEnding,
    AnyEvent,
    Error,
    Message,
    SessionOpened,
    ToolCall,
    ToolResult,
    TurnOpened,
)
from nab.core.agents.lines import Reader

ROLES = {"assistant": "assistant", "user": "user"}


class Piece(msgspec.Struct):
    text: str = ""


class RolloutItem(msgspec.Struct):
    """Something that an event tells of."""

    type: str = ""
    id: str = ""
    command: list[str] | str = ""
    aggregated_output: str = ""
    exit_code: int | None = None
    status: Any = ""


class Payload(msgspec.Struct):
    """What is read of any payload."""

    type: str = ""
    id: str | None = ""
    thread_id: str = ""
    cli_version: str = ""
    cwd: str = ""
    model: str = ""
    role: str = ""
    name: str = ""
    call_id: str = ""
    arguments: str = ""
    input: str = ""
    content: list[Piece] | str | None = None
    summary: list[Piece] | str | None = None
    output: list[Piece] | str | dict[str, Any] | None = None
    usage: CodexUsage | None = None
    response_id: str = ""
    item: RolloutItem | None = None
    error: CodexFailure | None = None
    message: str = ""
    reason: str = ""


class RolloutLine(msgspec.Struct):
    """A line: what it is, when it was written, and the rest."""

    type: str = ""
    timestamp: str = ""
    payload: Payload = msgspec.field(default_factory=Payload)


LINE = msgspec.json.Decoder(RolloutLine)


class Rollout(Reader):
    """Reads a rollout. A shell command has an event of its own beside the call of the tool that ran it."""

    def __init__(self, source: str = "") -> None:
        super().__init__(source)
        self.model = ""

    def understood(self, line: bytes) -> list[AnyEvent]:
        read = LINE.decode(line)
        self.place.at = read.timestamp
        payload = read.payload
        match read.type:
            case "session_meta":
                self.place.session = payload.id or ""
                return [SessionOpened(version=payload.cli_version, folder=payload.cwd, **self.here)]
            case "turn_context":
                self.model = payload.model
                return [SessionOpened(model=payload.model, folder=payload.cwd, **self.here)]
            case "response_item":
                return self.response_item(payload)
            case "event_msg":
                return self.event(payload)
            case "token_usage_record" if payload.usage:
                about = {"scope": "response", "model": self.model, "response": payload.response_id}
                return [tokens(payload.usage, **about, **self.here)]
        return [self.other(read.type)]

    def response_item(self, item: Payload) -> list[AnyEvent]:
        """Read what was sent to the model or came from it."""
        match item.type:
            case "message":
                role: Any = ROLES.get(item.role, "system")
                return [Message(role=role, text=text_of(item.content), **self.here)]
            case "reasoning":
                text = text_of(item.summary) or text_of(item.content)
                return [Message(role="assistant", text=text, thought=True, **self.here)]
            case "function_call" | "custom_tool_call":
                arguments = item.arguments or item.input
                return [ToolCall(call=item.call_id, name=item.name, arguments=arguments, **self.here)]
            case "function_call_output" | "custom_tool_call_output":
                return [ToolResult(call=item.call_id, text=text_of(item.output), **self.here)]
        return [self.other(item.type)]

    def event(self, event: Payload) -> list[AnyEvent]:
        """Read what the program tells of itself."""
        found: list[AnyEvent] = []
        match event.type:
            case "task_started":
                found = [TurnOpened(**self.here)]
            case "task_complete":
                text = event.error.message if event.error else ""
                found = [AgentEnding(success=not event.error, reason=event.type, text=text, **self.here)]
            case "turn_aborted":
                found = [AgentEnding(success=False, reason=event.reason or event.type, **self.here)]
            case "error" | "stream_error":
                found = [Error(text=event.message, again=event.type == "stream_error", **self.here)]
            case "item_completed" if event.item and event.item.type == "CommandExecution":
                found = self.command(event.item)
        return found or [self.other(event.type)]

    def command(self, item: RolloutItem) -> list[AnyEvent]:
        """Read a shell command that has ended."""
        words = item.command
        command = words if isinstance(words, str) else words[-1] if words else ""
        return [
            ToolCall(call=item.id, name=item.type, command=command, **self.here),
            ToolResult(
                call=item.id,
                text=item.aggregated_output,
                failed=bool(item.exit_code),
                exit_code=item.exit_code,
                **self.here,
            ),
        ]


def text_of(content: list[Piece] | str | dict[str, Any] | None) -> str:
    """Return the text of a content; an older tool answers with an object."""
    match content:
        case str():
            return content
        case list():
            return "\n".join(piece.text for piece in content if piece.text)
        case dict():
            return str(content.get("content", ""))
    return ""
