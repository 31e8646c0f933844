"""Gemini CLI's transcripts, which it calls chats: a message may be written again, with more in it."""

from __future__ import annotations

from typing import Any

import msgspec

from nab.core.agents.events import AnyEvent, Error, Message, SessionOpened, Tokens, ToolResult
from nab.core.agents.gemini import call
from nab.core.agents.lines import Reader, SeenIds
from nab.core.foreign import Count, Decoder


class Thought(msgspec.Struct):
    subject: str = ""
    description: str = ""


class ToolUse(msgspec.Struct):
    """A tool call in a transcript, with its result once there is one."""

    id: str = ""
    name: str = ""
    args: msgspec.Raw = msgspec.Raw(b"{}")
    status: str = ""
    result: msgspec.Raw = msgspec.Raw(b"null")
    resultDisplay: Any = None


class ChatPart(msgspec.Struct):
    text: str = ""


class ChatCount(msgspec.Struct):
    """The counts of one response."""

    input: Count = 0
    output: Count = 0
    cached: Count = 0
    thoughts: Count = 0
    tool: Count = 0


class ChatKept(msgspec.Struct):
    """A message of a transcript, or its head."""

    id: str = ""
    sessionId: str = ""
    timestamp: str = ""
    startTime: str = ""
    type: str = ""
    content: str | list[ChatPart] = ""
    thoughts: list[Thought] = []
    tokens: ChatCount | None = None
    model: str = ""
    toolCalls: list[ToolUse] = []


class Patch(msgspec.Struct):
    messages: list[ChatKept] = []


class ChatEntry(ChatKept):
    """A line of a transcript: a message, the head, or a patch that may hold messages."""

    patch: Patch | None = msgspec.field(default=None, name="$set")


ENTRY = Decoder(ChatEntry)


class Chat(Reader):
    """Reads a transcript. A message that is written again says only what it did not say before."""

    def __init__(self, source: str = "") -> None:
        super().__init__(source)
        self.known = SeenIds()

    def understood(self, line: bytes) -> list[AnyEvent]:
        read = ENTRY.decode(line)
        if read.sessionId:
            self.place.session, self.place.at = read.sessionId, read.startTime
            return [SessionOpened(**self.here)]
        if read.patch is not None:
            found = [event for one in read.patch.messages for event in self.message(one)]
            return found or [self.other("$set")]
        return self.message(read) or [self.other(read.type)]

    def message(self, kept: ChatKept) -> list[AnyEvent]:
        """Read a message."""
        self.place.at = kept.timestamp
        found = self.said(kept) if kept.type in {"user", "gemini"} else []
        for use in kept.toolCalls:
            found += self.tool(use)
        if kept.tokens and self.known.is_new(f"tokens {kept.id}", kept.tokens):
            found.append(self.counted(kept, kept.tokens))
        if kept.type in {"error", "warning"} and self.known.is_new(kept.id):
            found.append(Error(text=text_of(kept.content), again=kept.type == "warning", **self.here))
        return found

    def said(self, kept: ChatKept) -> list[AnyEvent]:
        """Read what was thought and said; a tool's result is no message of a person."""
        role: Any = "assistant" if kept.type == "gemini" else "user"
        text = text_of(kept.content)
        found: list[AnyEvent] = []
        thought = "".join(one.description for one in kept.thoughts)
        if thought and self.known.is_new(f"thought {kept.id}", len(thought)):
            found.append(Message(role=role, text=thought, thought=True, **self.here))
        if text and self.known.is_new(kept.id, len(text)):
            found.append(Message(role=role, text=text, **self.here))
        return found

    def tool(self, use: ToolUse) -> list[AnyEvent]:
        """Read a tool call, and its result where there is one."""
        found: list[AnyEvent] = []
        if self.known.is_new(f"call {use.id}"):
            found.append(call(use.name, bytes(use.args), call=use.id, **self.here))
        if bytes(use.result) != b"null" and self.known.is_new(f"result {use.id}"):
            text = (
                use.resultDisplay
                if isinstance(use.resultDisplay, str)
                else bytes(use.result).decode("utf-8", "replace")
            )
            failed = use.status != "success"
            found.append(ToolResult(call=use.id, text=text, failed=failed, **self.here))
        return found

    def counted(self, kept: ChatKept, counts: ChatCount) -> Tokens:
        """Write counts in the words of all."""
        return Tokens(
            scope="response",
            model=kept.model,
            response=kept.id,
            input=max(0, counts.input + counts.tool - counts.cached),
            cache_read=counts.cached,
            output=counts.output + counts.thoughts,
            reasoning=counts.thoughts,
            **self.here,
        )


def text_of(content: str | list[ChatPart]) -> str:
    """Return the text of a content."""
    return content if isinstance(content, str) else "".join(part.text for part in content)
