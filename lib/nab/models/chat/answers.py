"""Writing a turn as a chat completion, streamed or whole. What is thought is told by its count alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from nab.models.conversations import Tool
from nab.models.tokens import pieces
from nab.models.turns import Ending, Frame, Ids, Shell, Turn, Usage

WRITES_CACHE = False
EVENTS = "text/event-stream; charset=utf-8"
NOTHING = Usage()
UNWILLING = "I can't help with that request."


def streamed(turn: Turn, usage: Usage, ids: Ids, shell: Tool | None) -> Iterator[Frame]:
    """Yield the pieces. The usage is in the last one only, and only where it was asked for."""
    for delta in deltas(turn, ids, shell):
        yield frame(chunk(ids, delta, None), NOTHING)
    yield frame(chunk(ids, {}, finish(turn)), NOTHING)
    if usage != NOTHING:
        yield frame({**chunk(ids, None, None), "usage": figures(usage)}, usage)
    yield Frame(b"data: [DONE]\n\n", usage)


def frame(told: dict[str, Any], known: Usage) -> Frame:
    return Frame(f"data: {json.dumps(told)}\n\n".encode(), known)


def chunk(ids: Ids, delta: dict[str, Any] | None, reason: str | None) -> dict[str, Any]:
    """Return one piece; the one that has the usage has no choice."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": reason}]
    return {**about(ids, "chat.completion.chunk"), "choices": choices}


def about(ids: Ids, kind: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{ids.answer}",
        "object": kind,
        "created": int(ids.made.timestamp()),
        "model": ids.model,
    }


def deltas(turn: Turn, ids: Ids, shell: Tool | None) -> Iterator[dict[str, Any]]:
    """Yield what each piece adds."""
    yield {"role": "assistant", "content": ""}
    for piece in pieces(said(turn)):
        yield {"content": piece}
    for number, call in enumerate(calls(turn, ids, shell)):
        arguments = call["function"]["arguments"]
        begun = {**call, "function": {**call["function"], "arguments": ""}}
        yield {"tool_calls": [{"index": number, **begun}]}
        for piece in pieces(arguments):
            yield {"tool_calls": [{"index": number, "function": {"arguments": piece}}]}


def whole(turn: Turn, usage: Usage, ids: Ids, shell: Tool | None) -> dict[str, Any]:
    """Return the completion in one piece."""
    message: dict[str, Any] = {"role": "assistant", "content": said(turn) or None}
    if asked := calls(turn, ids, shell):
        message["tool_calls"] = asked
    choices = [{"index": 0, "message": message, "finish_reason": finish(turn)}]
    return {**about(ids, "chat.completion"), "choices": choices, "usage": figures(usage)}


def said(turn: Turn) -> str:
    """Return the text of a turn; there is no sign for a refusal that all servers share."""
    return turn.text or (UNWILLING if turn.ending is Ending.REFUSAL else "")


def calls(turn: Turn, ids: Ids, shell: Tool | None) -> list[dict[str, Any]]:
    """Return the calls of the shell."""
    return [
        {
            "id": f"call_{ids.answer}{number:02d}",
            "type": "function",
            "function": {"name": shell.name, "arguments": json.dumps(shell.asked(call.command))},
        }
        for number, call in enumerate(turn.calls)
        if isinstance(call, Shell) and shell
    ]


def finish(turn: Turn) -> str:
    """Return why the completion ended."""
    if turn.ending is Ending.REFUSAL:
        return "content_filter"
    return "tool_calls" if turn.calls else "stop"


def figures(usage: Usage) -> dict[str, Any]:
    """Return the usage in the words of chat completions: both totals include their details."""
    return {
        "prompt_tokens": usage.prompt,
        "completion_tokens": usage.output,
        "total_tokens": usage.total,
        "prompt_tokens_details": {"cached_tokens": usage.cache_read},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning},
    }
