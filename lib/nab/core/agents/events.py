"""What coding agents do, in one schema: every program's output and transcripts are read into these events."""

from __future__ import annotations

from typing import Literal

import msgspec

Scope = Literal["response", "turn", "session"]
USAGE_LIMIT = "usage_limit"  # the code of an error that tells of a limit, whether or not of its end


class AgentEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """Something a session did. `at` is ISO-8601 as its program wrote it, empty where it said no time.

    `source` and `line` say where it stands; `parent` is the tool call that a subagent works for.
    """

    session: str = ""
    at: str = ""
    source: str = ""
    line: int = 0
    parent: str = ""


class SessionOpened(AgentEvent, frozen=True, tag="session"):
    """A session began, or went on: its program says with what."""

    model: str = ""
    version: str = ""
    folder: str = ""


class TurnOpened(AgentEvent, frozen=True, tag="turn"):
    """A turn began: the program was given something to do."""


class Message(AgentEvent, frozen=True, tag="message"):
    """Somebody said something. With `part` it goes on from the message before."""

    role: Literal["user", "assistant", "system"]
    text: str
    thought: bool = False
    part: bool = False


class ToolCall(AgentEvent, frozen=True, tag="tool_call"):
    """A tool was called. `arguments` is JSON as it was written; `command` is that of a shell."""

    call: str
    name: str
    arguments: str = ""
    command: str = ""


class ToolResult(AgentEvent, frozen=True, tag="tool_result"):
    """A tool call came back. `failed` is what the program says, None where it does not."""

    call: str
    text: str
    failed: bool | None = None
    exit_code: int | None = None


class Tokens(AgentEvent, frozen=True, tag="tokens"):
    """What the program counts, in the words of docs/capture.md: `input` was in no cache, `reasoning` is of `output`.

    Of one response the last count is right; those of a turn or a session are the program's own sums.
    """

    scope: Scope
    model: str = ""
    response: str = ""
    input: int = 0
    cache_read: int = 0
    cache_write: int = 0
    output: int = 0
    reasoning: int = 0


class Cost(AgentEvent, frozen=True, tag="cost"):
    """What the program says that it cost, in US dollars."""

    scope: Scope
    usd: float


class Error(AgentEvent, frozen=True, tag="error"):
    """Something went wrong. With `again` the program tries once more by itself."""

    text: str
    code: str = ""
    again: bool = False
    resets: int | None = None  # when a limit ends, seconds since 1970


class AgentEnding(AgentEvent, frozen=True, tag="ending"):
    """The program's own last word on a turn. Only one with `success` makes a session one."""

    success: bool
    reason: str = ""
    text: str = ""
    status: int | None = None  # with which the provider turned it away, as HTTP has them


class Other(AgentEvent, frozen=True, tag="other"):
    """A line of a kind that says nothing here, or that is not known."""

    type: str


AnyEvent = (
    SessionOpened | TurnOpened | Message | ToolCall | ToolResult | Tokens | Cost | Error | AgentEnding | Other
)
