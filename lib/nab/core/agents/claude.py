"""Claude Code: what it prints (stream-json) and its transcripts, which share their messages."""

from __future__ import annotations

from typing import Any

from nab.core.agents.claude_lines import INPUT, LINE, Block, ClaudeLine, ClaudeUsage, Details, RateLimit, Said
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
    TurnOpened,
)
from nab.core.agents.lines import Reader, SeenIds

SHELL = "Bash"
NOT_A_MODEL = "<synthetic>"  # whose messages are the program's own words


class Claude(Reader):
    """Reads both. What it prints has the counts of a response before its end: only a transcript has the right ones."""

    def __init__(self, source: str = "", *, transcript: bool = False) -> None:
        super().__init__(source)
        self.transcript = transcript
        self.counted = SeenIds()

    def understood(self, line: bytes) -> list[AnyEvent]:
        read = LINE.decode(line)
        place = self.place
        place.session = read.session_id or read.sessionId or place.session
        place.at = read.timestamp or ""
        place.parent = read.parent_tool_use_id or (read.agentId if read.isSidechain else "")
        match read.type:
            case "assistant" | "user" if isinstance(read.message, Said):
                return self.message(read, read.message)
            case "result":
                return self.result(read)
            case "system" if read.subtype == "init":
                model, version = read.model or "", read.claude_code_version
                return [
                    SessionOpened(model=model, version=version, folder=read.cwd, **self.here),
                    TurnOpened(**self.here),
                ]
            case "system" if read.subtype == "api_retry":
                text = f"{read.error} (attempt {self.status(read)})"
                return [Error(text=text, code=str(read.error or ""), again=True, **self.here)]
            case "rate_limit_event" if read.rate_limit_info:
                return self.limit(read.rate_limit_info)
        return [self.other(f"{read.type}/{read.subtype}" if read.subtype else read.type)]

    @staticmethod
    def status(read: ClaudeLine) -> str:
        """Say how the API answered."""
        return f"answered with {read.error_status}" if read.error_status else "without an answer"

    def limit(self, limit: RateLimit) -> list[AnyEvent]:
        """Keep that a subscription's limit is reached, and until when."""
        if limit.status != "rejected":
            return [self.other("rate_limit_event")]
        return [Error(text="usage limit reached", code="usage_limit", resets=limit.resetsAt, **self.here)]

    def message(self, read: ClaudeLine, said: Said) -> list[AnyEvent]:
        """Read a message: what was said, called, and came back."""
        if said.model == NOT_A_MODEL and read.error:
            return [Error(text=text_of(said.content), code=str(read.error), **self.here)]
        role = "assistant" if read.type == "assistant" else "user"
        blocks = said.content if isinstance(said.content, list) else [Block("text", text=said.content)]
        found = [event for block in blocks if (event := self.block(role, block))]
        if (
            self.transcript
            and role == "assistant"
            and said.usage
            and self.counted.is_new(said.id, said.usage)
        ):
            found.append(self.tokens(said.usage, "response", model=said.model or "", response=said.id))
        return found or [self.other(read.type)]

    def block(self, role: Any, block: Block) -> AnyEvent | None:
        """Read a piece of a message."""
        match block.type:
            case "text" if block.text:
                return Message(role=role, text=block.text, **self.here)
            case "thinking":
                return Message(role=role, text=block.thinking, thought=True, **self.here)
            case "tool_use" | "server_tool_use":
                written = bytes(block.input)
                command = INPUT.decode(written).command if block.name == SHELL else ""
                return ToolCall(
                    call=block.id,
                    name=block.name,
                    arguments=written.decode(),
                    command=command if isinstance(command, str) else "",
                    **self.here,
                )
            case "tool_result":
                text = text_of(block.content)
                return ToolResult(call=block.tool_use_id, text=text, failed=block.is_error, **self.here)
        return None

    def result(self, read: ClaudeLine) -> list[AnyEvent]:
        """Read the last word of a turn: its `subtype` says success even where the API failed."""
        found: list[AnyEvent] = [Cost(scope="session", usd=read.total_cost_usd, **self.here)]
        if read.usage:
            found.append(self.tokens(read.usage, "turn"))
        for model, used in read.modelUsage.items():
            usage = ClaudeUsage(
                used.input_tokens,
                used.cache_creation_input_tokens,
                used.cache_read_input_tokens,
                used.output_tokens,
                Details(used.thinking_tokens),
            )
            found.append(self.tokens(usage, "session", model=model))
        text = read.result or " ".join(map(str, read.errors or ()))
        why = read.stop_reason if read.stop_reason == "refusal" else read.terminal_reason or read.subtype
        success = read.subtype == "success" and not read.is_error
        return [*found, AgentEnding(success=success, reason=why, text=text, **self.here)]

    def tokens(self, usage: ClaudeUsage, scope: Any, *, model: str = "", response: str = "") -> Tokens:
        """Write counts in the words of all."""
        return Tokens(
            scope=scope,
            model=model,
            response=response,
            input=usage.input_tokens or 0,
            cache_read=usage.cache_read_input_tokens or 0,
            cache_write=usage.cache_creation_input_tokens or 0,
            output=usage.output_tokens or 0,
            reasoning=(usage.output_tokens_details or Details()).thinking_tokens or 0,
            **self.here,
        )


def text_of(content: str | list[Block] | None) -> str:
    """Return the text of a content."""
    if isinstance(content, str):
        return content
    return "\n".join(block.text for block in content or () if block.text)
