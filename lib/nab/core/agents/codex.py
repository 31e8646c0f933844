"""Codex: what it prints (exec --json) and its rollouts, two languages that share only the words for counts."""

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
from nab.core.agents.lines import Reader, SeenIds

AGAIN = "Reconnecting..."


class CodexUsage(msgspec.Struct):
    """Counts, in which the cached tokens are some of the input."""

    input_tokens: int = 0
    cached_input_tokens: int = 0
    cache_write_input_tokens: int = 0
    output_tokens: int = 0
    reasoning_output_tokens: int = 0


class CodexItem(msgspec.Struct):
    """Something that happened in a turn."""

    id: str = ""
    type: str = ""
    text: str = ""
    message: str = ""
    command: str = ""
    aggregated_output: str = ""
    exit_code: int | None = None
    status: str = ""


class CodexFailure(msgspec.Struct):
    message: str = ""
    codex_error_info: Any = None


class CodexLine(msgspec.Struct):
    """A line of what it prints."""

    type: str = ""
    thread_id: str = ""
    item: CodexItem | None = None
    message: str = ""
    error: CodexFailure | None = None
    usage: CodexUsage | None = None


LINE = msgspec.json.Decoder(CodexLine)
WHOLE = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Codex(Reader):
    """Reads what it prints. It prints neither times nor its model; after a resumption its sums go on."""

    def __init__(self, source: str = "") -> None:
        super().__init__(source)
        self.open = SeenIds()

    def understood(self, line: bytes) -> list[AnyEvent]:
        read = LINE.decode(line)
        self.place.session = read.thread_id or self.place.session
        found: list[AnyEvent] = []
        match read.type:
            case "thread.started":
                found = [SessionOpened(**self.here)]
            case "turn.started":
                found = [TurnOpened(**self.here)]
            case "item.started" | "item.updated" | "item.completed" if read.item:
                found = self.item(read.type, read.item, line)
            case "error":
                found = [Error(text=read.message, again=read.message.startswith(AGAIN), **self.here)]
            case "turn.completed":
                counted = [tokens(read.usage, scope="session", **self.here)] if read.usage else []
                found = [*counted, AgentEnding(success=True, reason=read.type, **self.here)]
            case "turn.failed":
                text = read.error.message if read.error else ""
                found = [AgentEnding(success=False, reason=read.type, text=text, **self.here)]
        return found or [self.other(read.type)]

    def item(self, moment: str, item: CodexItem, line: bytes) -> list[AnyEvent]:
        """Read one thing of a turn: most are told when they begin and when they end."""
        if item.type in {"agent_message", "reasoning"}:
            if moment != "item.completed":
                return [self.other(item.type)]
            return [Message(role="assistant", text=item.text, thought=item.type == "reasoning", **self.here)]
        if item.type == "error":
            return [Error(text=item.message, again=True, **self.here)]
        if moment == "item.updated":
            return [self.other(item.type)]
        return self.tool(moment, item, line)

    def tool(self, moment: str, item: CodexItem, line: bytes) -> list[AnyEvent]:
        """Read a tool's beginning or end; one whose beginning was not told began now."""
        found: list[AnyEvent] = []
        if moment == "item.started" or not self.open.forget(item.id):
            arguments = "" if item.command else bytes(WHOLE.decode(line)["item"]).decode()
            found.append(
                ToolCall(call=item.id, name=item.type, arguments=arguments, command=item.command, **self.here)
            )
        if moment == "item.started":
            self.open.is_new(item.id)
            return found
        failed = item.status == "failed" or bool(item.exit_code)
        found.append(
            ToolResult(
                call=item.id,
                text=item.aggregated_output,
                failed=failed,
                exit_code=item.exit_code,
                **self.here,
            )
        )
        return found


def tokens(usage: CodexUsage, **rest: Any) -> Tokens:
    """Write counts in the words of all."""
    return Tokens(
        input=max(0, usage.input_tokens - usage.cached_input_tokens - usage.cache_write_input_tokens),
        cache_read=usage.cached_input_tokens,
        cache_write=usage.cache_write_input_tokens,
        output=usage.output_tokens,
        reasoning=usage.reasoning_output_tokens,
        **rest,
    )
