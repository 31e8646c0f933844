"""Reading a request to /v1beta/models/MODEL:METHOD."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nab.models.conversations import Conversation, Said, Tool, place

SHELL = "run_shell_command"


def read(body: Mapping[str, Any], model: str, size: int, *, streamed: bool) -> Conversation:
    """Return what the request says."""
    now = place(said(body.get("contents", [])))
    settings = body.get("generationConfig") or {}
    return Conversation(
        model=model,
        session=now.opening,
        described=now.described,
        prompts=now.prompts,
        step=now.step,
        running=now.running,
        shell=shell(body.get("tools") or []),
        streamed=streamed,
        size=size,
        schema=settings.get("responseJsonSchema") or settings.get("responseSchema"),
    )


def shell(tools: list[dict[str, Any]]) -> Tool | None:
    """Return the shell tool, if it is among the functions."""
    for tool in tools:
        for function in tool.get("functionDeclarations") or []:
            if function.get("name") == SHELL:
                schema = function.get("parametersJsonSchema") or function.get("parameters") or {}
                return Tool(SHELL, options=frozenset(schema.get("properties", {})))
    return None


def said(contents: list[dict[str, Any]]) -> Iterator[Said]:
    """Yield what the user's side said."""
    for content in contents:
        if content.get("role") == "model":
            continue
        for part in content.get("parts") or []:
            if "functionResponse" in part:
                result = part["functionResponse"]
                yield Said(str(result.get("response", "")), tool=True, call=result.get("id") or "")
            elif isinstance(part.get("text"), str):
                yield Said(part["text"])
