"""Codex's transcripts, which it calls rollouts: everything that its model was told and said, and its counts."""

from __future__ import annotations

from typing import Any

from nab.core.agents.codex import tokens
from nab.core.agents.codex_lines import (
    KEPT,
    CodexFailure,
    McpResult,
    Payload,
    Piece,
    RolloutItem,
    as_item,
    words_of,
)
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
from nab.core.text import times

ROLES = {"assistant": "assistant", "user": "user"}


class Rollout(Reader):
    """Reads a rollout. A shell command has an event of its own beside the call of the tool that ran it."""

    def __init__(self, source: str = "") -> None:
        super().__init__(source)
        self.model = ""

    def understood(self, line: bytes) -> list[AnyEvent]:
        read = KEPT.decode(line)
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
                found = [self.last_word(event)]
            case "turn_aborted":
                found = [AgentEnding(success=False, reason=event.reason or event.type, **self.here)]
            case "error" | "stream_error":
                found = [Error(text=event.message, again=event.type == "stream_error", **self.here)]
            case "item_completed" if event.item and event.item.type == "CommandExecution":
                found = self.command(event.item, self.began(event))
            case "item_completed" if event.item and event.item.type == "McpToolCall":
                found = self.tool_of_a_server(event.item, self.began(event))
            case "mcp_tool_call_end":
                found = self.tool_of_a_server(as_item(event), self.here)
        return found or [self.other(event.type)]

    def last_word(self, event: Payload) -> AgentEnding:
        """Read how a turn ended that was not broken off."""
        status = event.error.status if isinstance(event.error, CodexFailure) else None
        return AgentEnding(
            success=not event.error,
            reason=event.type,
            text=words_of(event.error),
            status=status,
            **self.here,
        )

    def began(self, event: Payload) -> dict[str, Any]:
        """Return where a line stands, with the time at which began what it tells the end of."""
        moment = times.of_others(event.started_at_ms)
        return self.here | ({"at": times.text(moment)} if moment else {})

    def tool_of_a_server(self, item: RolloutItem, began: dict[str, Any]) -> list[AnyEvent]:
        """Read a call of an MCP server's tool that has come back."""
        name = ".".join(part for part in (item.server, item.tool) if part)
        arguments = bytes(item.arguments).decode("utf-8", "replace")
        refused = isinstance(item.result, McpResult) and item.result.isError
        return [
            ToolCall(call=item.id, name=name or item.type, arguments=arguments, **began),
            ToolResult(
                call=item.id,
                text=words_of(item.result) or words_of(item.error),
                failed=item.status == "failed" or bool(item.error) or refused,
                **self.here,
            ),
        ]

    def command(self, item: RolloutItem, began: dict[str, Any]) -> list[AnyEvent]:
        """Read a shell command that has ended."""
        words = item.command
        command = words if isinstance(words, str) else words[-1] if words else ""
        return [
            ToolCall(call=item.id, name=item.type, command=command, **began),
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
