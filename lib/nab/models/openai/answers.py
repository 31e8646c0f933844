"""Writing a turn as OpenAI streams it, and as one JSON object."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from nab.models.conversations import Tool
from nab.models.openai import calls
from nab.models.tokens import pieces
from nab.models.turns import Ending, Frame, Ids, Turn, Usage

WRITES_CACHE = True
EVENTS = "text/event-stream; charset=utf-8"
NOTHING = Usage()
FLAGGED = (
    "Invalid prompt: your prompt was flagged as potentially violating our usage policy. "
    "Please try again with a different prompt: "
    "https://platform.openai.com/docs/guides/reasoning#advice-on-prompting"
)


def streamed(turn: Turn, usage: Usage, ids: Ids, shell: Tool | None) -> Iterator[Frame]:
    """Yield the events. The usage is in the last one only."""
    for number, event in enumerate(events(turn, usage, ids, shell)):
        known = usage if event["type"] == "response.completed" else NOTHING
        numbered = {"type": event["type"], "sequence_number": number, **event}
        yield Frame(f"event: {event['type']}\ndata: {json.dumps(numbered)}\n\n".encode(), known)


def events(turn: Turn, usage: Usage, ids: Ids, shell: Tool | None) -> Iterator[dict[str, Any]]:
    """Yield the events, without their numbers."""
    opened = response("in_progress", [], None, ids)
    yield {"type": "response.created", "response": opened}
    yield {"type": "response.in_progress", "response": opened}
    if turn.ending is Ending.REFUSAL:
        yield {"type": "response.failed", "response": failed(ids)}
        return
    output = items(turn, ids, shell)
    for index, item in enumerate(output):
        begun: dict[str, Any] = {
            key: "" if key in {"arguments", "input"} else value for key, value in item.items()
        }
        begun |= {"content": []} if "content" in item else {}
        yield {"type": "response.output_item.added", "output_index": index, "item": begun}
        yield from inside(item, index)
        yield {"type": "response.output_item.done", "output_index": index, "item": item}
    yield {"type": "response.completed", "response": response("completed", output, figures(usage), ids)}


def whole(turn: Turn, usage: Usage, ids: Ids, shell: Tool | None) -> dict[str, Any]:
    """Return the response in one piece."""
    if turn.ending is Ending.REFUSAL:
        return failed(ids, figures(usage))
    return response("completed", items(turn, ids, shell), figures(usage), ids)


def failed(ids: Ids, used: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the response to a prompt that the provider does not want answered; a stream says no usage then."""
    return {**response("failed", [], used, ids), "error": {"code": "invalid_prompt", "message": FLAGGED}}


def response(
    status: str, output: list[dict[str, Any]], used: dict[str, Any] | None, ids: Ids
) -> dict[str, Any]:
    """Return a response object."""
    return {
        "id": f"resp_{ids.answer}",
        "object": "response",
        "created_at": int(ids.made.timestamp()),
        "status": status,
        "error": None,
        "incomplete_details": None,
        "model": ids.model,
        "output": output,
        "parallel_tool_calls": False,
        "usage": used,
    }


def figures(usage: Usage) -> dict[str, Any]:
    """Return the usage in OpenAI's words: both totals include their details."""
    read = {"cached_tokens": usage.cache_read, "cache_write_tokens": usage.cache_write}
    return {
        "input_tokens": usage.prompt,
        "input_tokens_details": read,
        "output_tokens": usage.output,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning},
        "total_tokens": usage.total,
    }


def items(turn: Turn, ids: Ids, shell: Tool | None) -> list[dict[str, Any]]:
    """Return the output items of a turn. What was thought is sealed, as for any client that stores nothing."""
    found: list[dict[str, Any]] = []
    if turn.thought:
        sealed = b64encode(turn.thought.encode()).decode()
        found.append(
            {"type": "reasoning", "id": f"rs_{ids.answer}", "summary": [], "encrypted_content": sealed}
        )
    if turn.text:
        content = {"type": "output_text", "text": turn.text, "annotations": [], "logprobs": []}
        about = {"type": "message", "id": f"msg_{ids.answer}", "status": "completed", "role": "assistant"}
        found.append({**about, "content": [content]})
    for number, call in enumerate(turn.calls):
        found.append(calls.item(call, shell or Tool("shell_command"), f"{ids.answer}{number:02d}"))
    return found


def inside(item: dict[str, Any], index: int) -> Iterator[dict[str, Any]]:
    """Yield the events between an item's two ends."""
    about = {"item_id": item["id"], "output_index": index}
    match item["type"]:
        case "message":
            yield from part(item["content"][0], {**about, "content_index": 0})
        case "custom_tool_call":
            yield from grown("custom_tool_call_input", "input", item["input"], about)
        case "function_call":
            yield from grown("function_call_arguments", "arguments", item["arguments"], about)


def part(content: dict[str, Any], about: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the events of a message's text."""
    yield {"type": "response.content_part.added", **about, "part": {**content, "text": ""}}
    yield from grown("output_text", "text", content["text"], about)
    yield {"type": "response.content_part.done", **about, "part": content}


def grown(kind: str, key: str, text: str, about: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a text in small pieces, and then whole."""
    for piece in pieces(text):
        yield {"type": f"response.{kind}.delta", **about, "delta": piece}
    yield {"type": f"response.{kind}.done", **about, key: text}
