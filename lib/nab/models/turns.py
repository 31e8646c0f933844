"""What a scripted model does in one turn, in no provider's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec


class Usage(msgspec.Struct, frozen=True):
    """Tokens, in the words of docs/capture.md: `input` was in no cache, `reasoning` is a part of `output`."""

    input: int = 0
    cache_read: int = 0
    cache_write: int = 0
    output: int = 0
    reasoning: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            input=self.input + other.input,
            cache_read=self.cache_read + other.cache_read,
            cache_write=self.cache_write + other.cache_write,
            output=self.output + other.output,
            reasoning=self.reasoning + other.reasoning,
        )

    @property
    def prompt(self) -> int:
        return self.input + self.cache_read + self.cache_write

    @property
    def total(self) -> int:
        return self.prompt + self.output


@dataclass(frozen=True)
class Shell:
    """A command for the agent's own shell tool, and how long it may take."""

    command: str
    seconds: int = 120


@dataclass(frozen=True)
class Wait:
    """Ask again for a tool call that runs on, by the name that the agent gave it."""

    handle: str


Call = Shell | Wait


class Ending(StrEnum):
    """Why the model stops."""

    STOP = "stop"
    REFUSAL = "refusal"


@dataclass(frozen=True)
class Turn:
    """What the model thinks, says and calls, in this order; any of it may be missing."""

    thought: str = ""
    text: str = ""
    calls: tuple[Call, ...] = ()
    ending: Ending = Ending.STOP


class Trouble(StrEnum):
    """What a provider answers instead of a turn."""

    RATE_LIMIT = "rate-limit"
    USAGE_LIMIT = "usage-limit"
    BILLING = "billing"
    AUTH = "auth"
    OVERLOAD = "overload"
    SERVER_ERROR = "server-error"
    CONTEXT_OVERFLOW = "context-overflow"


@dataclass(frozen=True)
class Refused:
    """An answer without a turn; times where the trouble has them."""

    trouble: Trouble
    retry_after: float | None = None
    resets: datetime | None = None


@dataclass(frozen=True)
class Manner:
    """How a turn is streamed: after and over how many seconds, and whether the connection ends in the middle."""

    silent: float = 0.0
    seconds: float = 0.0
    cut_after: float | None = None


@dataclass(frozen=True)
class Played:
    """A turn and its manner."""

    turn: Turn
    manner: Manner = Manner()


Reply = Played | Refused


@dataclass(frozen=True)
class Frame:
    """A piece of a stream as it is sent; the usage is what the client knows once it has read it."""

    content: bytes
    usage: Usage


@dataclass(frozen=True)
class Ids:
    """What an answer is called, and when it was made."""

    answer: str
    made: datetime
    model: str


@dataclass(frozen=True)
class Answered:
    """An answer without a stream."""

    status: int
    body: dict[str, object]
    headers: tuple[tuple[str, str], ...] = ()
