"""The lines of Claude Code, as far as they are read here."""

from __future__ import annotations

from typing import Any

import msgspec

from nab.core.foreign import Code, Count, Decoder, Dollars


class Details(msgspec.Struct):
    thinking_tokens: Count | None = 0


class ClaudeUsage(msgspec.Struct):
    """The counts of a response or a turn."""

    input_tokens: Count | None = 0
    cache_creation_input_tokens: Count | None = 0
    cache_read_input_tokens: Count | None = 0
    output_tokens: Count | None = 0
    output_tokens_details: Details | None = None


class ModelUsage(msgspec.Struct, rename="camel"):
    """The counts of a model in a session."""

    input_tokens: Count = 0
    output_tokens: Count = 0
    thinking_tokens: Count = 0
    cache_read_input_tokens: Count = 0
    cache_creation_input_tokens: Count = 0


class Block(msgspec.Struct):
    """A piece of a message."""

    type: str = ""
    text: str = ""
    thinking: str = ""
    id: str = ""
    name: str = ""
    input: msgspec.Raw = msgspec.Raw(b"{}")
    tool_use_id: str = ""
    content: str | list[Block] | None = None
    is_error: bool | None = None


class Said(msgspec.Struct):
    """A message of the API."""

    id: str = ""
    model: str | None = ""
    role: str = ""
    content: str | list[Block] = ""
    stop_reason: str | None = None
    usage: ClaudeUsage | None = None


class RateLimit(msgspec.Struct):
    status: str = ""
    resetsAt: Any = None  # seconds since 1970


class ClaudeLine(msgspec.Struct):
    """What is read of any line. The transcript writes session_id in another way."""

    type: str = ""
    subtype: str | None = ""
    session_id: str = ""
    sessionId: str = ""
    timestamp: str | None = ""
    parent_tool_use_id: str | None = None
    isSidechain: bool = False
    agentId: str = ""
    message: Said | str | None = None
    model: str | None = ""
    cwd: str = ""
    claude_code_version: str = ""
    version: str | int | None = ""
    error: Any = None
    error_status: Code | None = None
    result: str | None = None
    is_error: bool = False
    stop_reason: str | None = None
    terminal_reason: str | None = None
    api_error_status: Code | None = None
    errors: list[Any] | None = None
    total_cost_usd: Dollars | None = None
    usage: ClaudeUsage | None = None
    modelUsage: dict[str, ModelUsage] | None = {}
    rate_limit_info: RateLimit | None = None


LINE = Decoder(ClaudeLine)
