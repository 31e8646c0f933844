"""Reading a request to /v1beta/models/MODEL:METHOD."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nab.models import shells
from nab.models.conversations import Conversation, Said, Tool, place
from nab.models.shells import Offer

SHELL = "run_shell_command"


def read(body: Mapping[str, Any], model: str, size: int, *, streamed: bool) -> Conversation:
    """Return what the request says."""
    now = place(said(body.get("contents", [])))
    settings = body.get("generationConfig") or {}
    offered = list(offers(body.get("tools") or []))
    return Conversation(
        model=model,
        session=now.opening,
        described=now.described,
        prompts=now.prompts,
        step=now.step,
        running=now.running,
        shell=shell(offered),
        streamed=streamed,
        size=size,
        schema=settings.get("responseJsonSchema") or settings.get("responseSchema"),
        offered=tuple(offer.name for offer in offered),
    )


def offers(tools: list[dict[str, Any]]) -> Iterator[Offer]:
    """Yield the functions that are offered."""
    for tool in tools:
        for function in tool.get("functionDeclarations") or []:
            schema = function.get("parametersJsonSchema") or function.get("parameters") or {}
            yield Offer(str(function.get("name", "")), schema)


def shell(offered: list[Offer]) -> Tool | None:
    """Return the shell tool, gemini's own one first."""
    for offer in offered:
        if offer.name == SHELL:
            return Tool(SHELL, options=frozenset(offer.schema.get("properties", {})))
    return shells.find(offered)


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
