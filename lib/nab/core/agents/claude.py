"""Claude Code: what it prints (stream-json) and its transcripts, which share their messages."""

from __future__ import annotations

from typing import Any

from nab.core.agents.claude_lines import LINE, Block, ClaudeLine, ClaudeUsage, Details, RateLimit, Said
from nab.core.agents.events import (
    USAGE_LIMIT,
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
from nab.core.agents.lines import Reader, SeenIds, command_of
from nab.core.text import times

SHELL = "Bash"
NOT_A_MODEL = "<synthetic>"  # whose messages are the program's own words
API_ERROR = "api_error"


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
        ends = times.of_others(limit.resetsAt)
        resets = int(ends.timestamp()) if ends else None
        return [Error(text="usage limit reached", code=USAGE_LIMIT, resets=resets, **self.here)]

    def message(self, read: ClaudeLine, said: Said) -> list[AnyEvent]:
        """Read a message: what was said, called, and came back."""
        if said.model == NOT_A_MODEL:
            return [self.filler(text_of(said.content), read.error)]
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

    def filler(self, text: str, error: Any) -> AnyEvent:
        """Read what the program says in the place of a model: why none answered, or that there was nothing to say."""
        if error:
            return Error(text=text, code=str(error), **self.here)
        return Message(role="system", text=text, **self.here)

    def block(self, role: Any, block: Block) -> AnyEvent | None:
        """Read a piece of a message."""
        match block.type:
            case "text" if block.text:
                return Message(role=role, text=block.text, **self.here)
            case "thinking":
                return Message(role=role, text=block.thinking, thought=True, **self.here)
            case "tool_use" | "server_tool_use":
                written = bytes(block.input)
                command = command_of(written) if block.name == SHELL else ""
                arguments = written.decode("utf-8", "replace")
                return ToolCall(
                    call=block.id, name=block.name, arguments=arguments, command=command, **self.here
                )
            case "tool_result":
                text = text_of(block.content)
                return ToolResult(call=block.tool_use_id, text=text, failed=block.is_error, **self.here)
        return None

    def result(self, read: ClaudeLine) -> list[AnyEvent]:
        """Read the last word of a turn: its `subtype` says success even where the API failed."""
        found: list[AnyEvent] = []
        if read.total_cost_usd is not None:
            found.append(Cost(scope="session", usd=read.total_cost_usd, **self.here))
        if read.usage:
            found.append(self.tokens(read.usage, "turn"))
        for model, used in (read.modelUsage or {}).items():
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
        ending = AgentEnding(
            success=succeeded(read), reason=why or "", text=text, status=read.api_error_status, **self.here
        )
        return [*found, ending]

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


def succeeded(read: ClaudeLine) -> bool:
    """Say whether a last word is one of success: one of its words says so, and none says that the API failed."""
    failed = read.is_error or read.terminal_reason == API_ERROR or (read.api_error_status or 0) >= 400
    return not failed and (read.subtype or read.terminal_reason) in {"success", "completed"}


def text_of(content: str | list[Block] | None) -> str:
    """Return the text of a content."""
    if isinstance(content, str):
        return content
    return "\n".join(block.text for block in content or () if block.text)
