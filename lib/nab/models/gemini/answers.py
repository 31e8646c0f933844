"""Writing a turn as Gemini streams it, and as one JSON object."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from nab.models.conversations import Form, Tool
from nab.models.tokens import pieces, so_far
from nab.models.turns import Call, Ending, Frame, Ids, Shell, Turn, Usage

WRITES_CACHE = False
EVENTS = "text/event-stream"


def streamed(turn: Turn, usage: Usage, ids: Ids, shell: Tool | None) -> Iterator[Frame]:
    """Yield the chunks. Each says what was used so far."""
    chunks: list[list[dict[str, Any]]] = [[part] for part in small_parts(turn, ids, shell)] or [[]]
    for number, parts in enumerate(chunks, 1):
        last = number == len(chunks)
        known = usage if last else so_far(usage, number / len(chunks))
        chunk = response(parts, known, ids, ending(turn) if last else None)
        yield Frame(f"data: {json.dumps(chunk)}\r\n\r\n".encode(), known)


def whole(turn: Turn, usage: Usage, ids: Ids, shell: Tool | None) -> dict[str, Any]:
    """Return the response in one piece."""
    return response(parts_of(turn, ids, shell), usage, ids, ending(turn))


def response(parts: list[dict[str, Any]], usage: Usage, ids: Ids, finished: str | None) -> dict[str, Any]:
    """Return a response object."""
    candidate: dict[str, Any] = {"content": {"parts": parts, "role": "model"}, "index": 0}
    if finished == "SAFETY":
        candidate = {"index": 0}
    if finished:
        candidate["finishReason"] = finished
    return {
        "candidates": [candidate],
        "usageMetadata": figures(usage),
        "modelVersion": ids.model,
        "responseId": ids.answer,
    }


def figures(usage: Usage) -> dict[str, Any]:
    """Return the usage in Gemini's words: thoughts stand beside the candidates, the cached in the prompt."""
    said: dict[str, Any] = {
        "promptTokenCount": usage.prompt,
        "candidatesTokenCount": usage.output - usage.reasoning,
        "totalTokenCount": usage.total,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": usage.prompt}],
    }
    if usage.cache_read:
        said["cachedContentTokenCount"] = usage.cache_read
    if usage.reasoning:
        said["thoughtsTokenCount"] = usage.reasoning
    return said


def parts_of(turn: Turn, ids: Ids, shell: Tool | None) -> list[dict[str, Any]]:
    """Return the parts of a turn."""
    found: list[dict[str, Any]] = []
    if turn.ending is Ending.REFUSAL:
        return found
    if turn.thought:
        found.append({"text": turn.thought, "thought": True})
    if turn.text:
        found.append({"text": turn.text})
    for number, call in enumerate(turn.calls):
        name = shell.name if shell else "run_shell_command"
        signature = b64encode(f"thought of {ids.answer}".encode()).decode()
        about = {"id": f"{ids.answer}{number:02d}", "name": name, "args": arguments(call, shell)}
        found.append({"functionCall": about, "thoughtSignature": signature})
    return found


def small_parts(turn: Turn, ids: Ids, shell: Tool | None) -> Iterator[dict[str, Any]]:
    """Yield the parts as they are streamed: texts in pieces, a call always whole."""
    for part in parts_of(turn, ids, shell):
        if "text" not in part:
            yield part
            continue
        for piece in pieces(part["text"]):
            yield {**part, "text": piece}


def arguments(call: Call, shell: Tool | None) -> dict[str, Any]:
    """Return what the shell tool is called with."""
    command = call.command if isinstance(call, Shell) else "sleep 1"
    if shell and shell.form is Form.ANY:
        return shell.asked(command)
    asked: dict[str, Any] = {"command": command}
    if shell and "description" in shell.options:
        asked["description"] = "Work on the submission"
    return asked


def ending(turn: Turn) -> str:
    """Return why the candidate ended."""
    return "SAFETY" if turn.ending is Ending.REFUSAL else "STOP"
