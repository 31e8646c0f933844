"""Reading a request to /v1/chat/completions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nab.models import shells
from nab.models.conversations import Conversation, Said, place, texts
from nab.models.shells import Offer


def read(body: Mapping[str, Any], headers: Mapping[str, str], size: int) -> Conversation:
    """Return what the request says."""
    now = place(said(listed(body.get("messages"))))
    offers = [offer(tool) for tool in listed(body.get("tools"))]
    form = mapping(body.get("response_format"))
    return Conversation(
        model=str(body.get("model", "")),
        session=headers.get("session-id") or str(body.get("prompt_cache_key") or now.opening),
        described=now.described,
        prompts=now.prompts,
        step=now.step,
        running=now.running,
        shell=shells.find(offers),
        streamed=bool(body.get("stream")),
        size=size,
        schema=mapping(form.get("json_schema")).get("schema"),
        offered=tuple(one.name for one in offers),
        wants_usage=not body.get("stream") or bool(mapping(body.get("stream_options")).get("include_usage")),
    )


def offer(tool: Mapping[str, Any]) -> Offer:
    """Return a tool's name and what it takes."""
    function = mapping(tool.get("function"))
    return Offer(str(function.get("name", "")), mapping(function.get("parameters")))


def said(messages: list[dict[str, Any]]) -> Iterator[Said]:
    """Yield what the user's side said."""
    for message in messages:
        if message.get("role") == "tool":
            text = "".join(texts(message.get("content")))
            yield Said(text, tool=True, call=str(message.get("tool_call_id", "")))
        elif message.get("role") == "user":
            yield from map(Said, texts(message.get("content")))


def listed(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
