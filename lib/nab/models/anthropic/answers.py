"""Writing a turn as Anthropic streams it, and as one JSON object."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from nab.models.conversations import Form, Tool
from nab.models.tokens import pieces
from nab.models.turns import Call, Ending, Frame, Ids, Shell, Turn, Usage

WRITES_CACHE = True
EVENTS = "text/event-stream; charset=utf-8"


def streamed(turn: Turn, usage: Usage, ids: Ids, shell: Tool | None) -> Iterator[Frame]:
    """Yield the events. The input is known from the first on, the output from the last but one."""
    first = Usage(usage.input, usage.cache_read, usage.cache_write, output=1)
    opened = message([], None, figures(first, "start"), ids)
    yield frame({"type": "message_start", "message": opened}, first)
    for index, block in enumerate(blocks(turn, ids, shell)):
        for number, event in enumerate(events_of(block, index)):
            yield frame(event, first)
            if number == 0 and index == 0:
                yield frame({"type": "ping"}, first)
    ending = {"stop_reason": stop_reason(turn), "stop_sequence": None}
    yield frame({"type": "message_delta", "delta": ending, "usage": figures(usage, "delta")}, usage)
    yield frame({"type": "message_stop"}, usage)


def whole(turn: Turn, usage: Usage, ids: Ids, shell: Tool | None) -> dict[str, Any]:
    """Return the message in one piece."""
    return message(blocks(turn, ids, shell), stop_reason(turn), figures(usage, "start"), ids)


def frame(event: dict[str, Any], usage: Usage) -> Frame:
    """Return an event as it is sent."""
    return Frame(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode(), usage)


def message(
    content: list[dict[str, Any]], stopped: str | None, used: dict[str, Any], ids: Ids
) -> dict[str, Any]:
    """Return a message object."""
    about = {"id": f"msg_{ids.answer}", "type": "message", "role": "assistant", "model": ids.model}
    return {**about, "content": content, "stop_reason": stopped, "stop_sequence": None, "usage": used}


def figures(usage: Usage, where: str) -> dict[str, Any]:
    """Return the usage in Anthropic's words: thinking is part of output_tokens."""
    used: dict[str, Any] = {
        "input_tokens": usage.input,
        "cache_creation_input_tokens": usage.cache_write,
        "cache_read_input_tokens": usage.cache_read,
        "output_tokens": usage.output,
    }
    if usage.reasoning:
        used["output_tokens_details"] = {"thinking_tokens": usage.reasoning}
    if where == "start":
        written = {"ephemeral_5m_input_tokens": usage.cache_write, "ephemeral_1h_input_tokens": 0}
        used |= {"cache_creation": written, "service_tier": "standard"}
    return used


def blocks(turn: Turn, ids: Ids, shell: Tool | None) -> list[dict[str, Any]]:
    """Return the content blocks of a turn."""
    found: list[dict[str, Any]] = []
    if turn.thought:
        signature = b64encode(f"thought of {ids.answer}".encode()).decode()
        found.append({"type": "thinking", "thinking": turn.thought, "signature": signature})
    if turn.text:
        found.append({"type": "text", "text": turn.text})
    for number, call in enumerate(turn.calls):
        about = {"id": f"toolu_{ids.answer}{number:02d}", "name": shell.name if shell else "Bash"}
        found.append({"type": "tool_use", **about, "input": arguments(call, shell)})
    return found


def arguments(call: Call, shell: Tool | None) -> dict[str, Any]:
    """Return what the Bash tool, or another shell, is called with."""
    command = call.command if isinstance(call, Shell) else "sleep 1"
    if shell and shell.form is Form.ANY:
        return shell.asked(command)
    asked: dict[str, Any] = {"command": command}
    options = shell.options if shell else frozenset()
    if "timeout" in options and isinstance(call, Shell):
        asked["timeout"] = min(call.seconds, 600) * 1000
    if "description" in options:
        asked["description"] = "Work on the submission"
    return asked


def events_of(block: dict[str, Any], index: int) -> Iterator[dict[str, Any]]:
    """Yield the events that carry one block."""
    empty = {"text": "", "thinking": "", "signature": "", "input": {}}
    start = {key: empty.get(key, value) if key != "type" else value for key, value in block.items()}
    yield {"type": "content_block_start", "index": index, "content_block": start}
    for delta in deltas(block):
        yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}


def deltas(block: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Yield a block in small pieces."""
    match block["type"]:
        case "thinking":
            for piece in pieces(block["thinking"]):
                yield {"type": "thinking_delta", "thinking": piece}
            yield {"type": "signature_delta", "signature": block["signature"]}
        case "text":
            for piece in pieces(block["text"]):
                yield {"type": "text_delta", "text": piece}
        case _:
            for piece in ["", *pieces(json.dumps(block["input"]))]:
                yield {"type": "input_json_delta", "partial_json": piece}


def stop_reason(turn: Turn) -> str:
    """Return why the message ended."""
    if turn.ending is Ending.REFUSAL:
        return "refusal"
    return "tool_use" if turn.calls else "end_turn"
