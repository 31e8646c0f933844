"""The lines of Codex, as far as they are read here: of what it prints, and of its rollouts."""

from __future__ import annotations

from typing import Any

import msgspec

from nab.core.foreign import Code, Count, Decoder


class CodexUsage(msgspec.Struct):
    """Counts, in which the cached tokens are some of the input."""

    input_tokens: Count = 0
    cached_input_tokens: Count = 0
    cache_write_input_tokens: Count = 0
    output_tokens: Count = 0
    reasoning_output_tokens: Count = 0


class CodexFailure(msgspec.Struct):
    message: str = ""
    codex_error_info: Any = None

    @property
    def status(self) -> int | None:
        """How the API answered, where that is told."""
        return status_in(self.codex_error_info)


class McpPart(msgspec.Struct):
    text: str = ""


class McpResult(msgspec.Struct):
    """What a tool of an MCP server answered."""

    content: list[McpPart] | str | None = None
    structured_content: msgspec.Raw = msgspec.Raw(b"null")
    isError: bool = False

    @property
    def text(self) -> str:
        """Its words, and where it has none its values as JSON."""
        if isinstance(self.content, str):
            return self.content
        words = "\n".join(part.text for part in self.content or () if part.text)
        values = bytes(self.structured_content)
        return words or ("" if values == b"null" else values.decode("utf-8", "replace"))


class CodexItem(msgspec.Struct):
    """Something that happened in a turn."""

    id: str = ""
    type: str = ""
    text: str = ""
    message: str = ""
    command: str = ""
    aggregated_output: str = ""
    exit_code: Code | None = None
    status: str = ""
    result: McpResult | str | None = None
    error: CodexFailure | str | None = None

    @property
    def answer(self) -> str:
        """What a tool answered: a shell, or one of an MCP server."""
        return self.aggregated_output or words_of(self.result) or words_of(self.error)

    @property
    def failed(self) -> bool:
        refused = isinstance(self.result, McpResult) and self.result.isError
        return self.status == "failed" or bool(self.exit_code or self.error) or refused


class CodexLine(msgspec.Struct):
    """A line of what it prints."""

    type: str = ""
    thread_id: str = ""
    item: CodexItem | None = None
    message: str = ""
    error: CodexFailure | str | None = None
    usage: CodexUsage | None = None


class WrittenItem(msgspec.Struct):
    """A line's item as it was written."""

    item: msgspec.Raw = msgspec.Raw(b"{}")


class Piece(msgspec.Struct):
    text: str = ""


class RolloutItem(msgspec.Struct):
    """Something that an event tells of."""

    type: str = ""
    id: str = ""
    command: list[str] | str = ""
    aggregated_output: str = ""
    exit_code: Code | None = None
    status: Any = ""
    server: str = ""
    tool: str = ""
    arguments: msgspec.Raw = msgspec.Raw(b"{}")
    result: McpResult | str | None = None
    error: CodexFailure | str | None = None


class Invocation(msgspec.Struct):
    """Which tool of an MCP server was called, as older versions tell it."""

    server: str = ""
    tool: str = ""
    arguments: msgspec.Raw = msgspec.Raw(b"{}")


class Outcome(msgspec.Struct):
    """How it came back there."""

    Ok: McpResult | None = None
    Err: str | None = None


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
    invocation: Invocation | None = None
    result: Outcome | None = None
    content: list[Piece] | str | None = None
    summary: list[Piece] | str | None = None
    output: list[Piece] | str | dict[str, Any] | None = None
    usage: CodexUsage | None = None
    response_id: str = ""
    item: RolloutItem | None = None
    started_at_ms: Any = None
    error: CodexFailure | str | None = None
    message: str = ""
    reason: str = ""


class RolloutLine(msgspec.Struct):
    """A line: what it is, when it was written, and the rest."""

    type: str = ""
    timestamp: str = ""
    payload: Payload = msgspec.field(default_factory=Payload)


def as_item(event: Payload) -> RolloutItem:
    """Return what an older version tells of a tool's answer in the words of the newer one."""
    called, came = event.invocation or Invocation(), event.result or Outcome()
    return RolloutItem(
        type=event.type,
        id=event.call_id,
        server=called.server,
        tool=called.tool,
        arguments=called.arguments,
        result=came.Ok,
        error=came.Err,
    )


def words_of(told: McpResult | CodexFailure | str | None) -> str:
    """Return the words of an answer or a failure."""
    match told:
        case McpResult():
            return told.text
        case CodexFailure():
            return told.message
        case _:
            return told or ""


def status_in(told: Any) -> int | None:
    """Find the API's answer in what codex says of a failure: {"why_it_failed": {"http_status_code": 429}}."""
    inner = [told, *told.values()] if isinstance(told, dict) else []
    found = (one.get("http_status_code") for one in inner if isinstance(one, dict))
    return next((one for one in found if type(one) is int and 100 <= one < 600), None)


PRINTED = Decoder(CodexLine)
WRITTEN = Decoder(WrittenItem)
KEPT = Decoder(RolloutLine)
