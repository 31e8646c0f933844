"""Codex: what it prints (exec --json) and its rollouts, two languages that share only the words for counts."""

from __future__ import annotations

from typing import Any

from nab.core.agents.codex_lines import PRINTED, WRITTEN, CodexFailure, CodexItem, CodexUsage, words_of
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


class Codex(Reader):
    """Reads what it prints. It prints neither times nor its model; after a resumption its sums go on."""

    def __init__(self, source: str = "") -> None:
        super().__init__(source)
        self.open = SeenIds()

    def understood(self, line: bytes) -> list[AnyEvent]:
        read = PRINTED.decode(line)
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
                found = [self.failure(read.error, read.type)]
        return found or [self.other(read.type)]

    def failure(self, error: CodexFailure | str | None, reason: str) -> AgentEnding:
        """Read why a turn failed."""
        status = error.status if isinstance(error, CodexFailure) else None
        return AgentEnding(success=False, reason=reason, text=words_of(error), status=status, **self.here)

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
            arguments = "" if item.command else bytes(WRITTEN.decode(line).item).decode("utf-8", "replace")
            found.append(
                ToolCall(call=item.id, name=item.type, arguments=arguments, command=item.command, **self.here)
            )
        if moment == "item.started":
            self.open.is_new(item.id)
            return found
        came = ToolResult(
            call=item.id, text=item.answer, failed=item.failed, exit_code=item.exit_code, **self.here
        )
        return [*found, came]


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
