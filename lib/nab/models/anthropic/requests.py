"""Reading a request to /v1/messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nab.models import shells
from nab.models.conversations import Conversation, Said, Tool, place, texts
from nab.models.shells import Offer

SHELL = "Bash"
OAUTH_TOKEN = "sk-ant-oat"  # noqa: S105 - how a subscription's tokens begin, not a token


def read(body: Mapping[str, Any], headers: Mapping[str, str], size: int) -> Conversation:
    """Return what the request says."""
    now = place(said(body.get("messages", [])))
    offered = {tool.get("name"): tool for tool in body.get("tools") or []}
    bash = offered.get(SHELL)
    other = shells.find(Offer(str(name), tool.get("input_schema") or {}) for name, tool in offered.items())
    return Conversation(
        model=str(body.get("model", "")),
        session=headers.get("x-claude-code-session-id") or now.opening,
        described=now.described,
        prompts=now.prompts,
        step=now.step,
        running=now.running,
        shell=Tool(SHELL, options=frozenset(bash["input_schema"].get("properties", {}))) if bash else other,
        streamed=bool(body.get("stream")),
        size=size,
        schema=((body.get("output_config") or {}).get("format") or {}).get("schema"),
        subscription=OAUTH_TOKEN in headers.get("authorization", ""),
        offered=tuple(map(str, offered)),
    )


def said(messages: list[dict[str, Any]]) -> Iterator[Said]:
    """Yield what the user's side said."""
    for message in messages:
        if message.get("role") != "user":
            continue
        content = message.get("content", [])
        if isinstance(content, str):
            yield Said(content)
            continue
        for block in content:
            if block.get("type") == "tool_result":
                yield Said("".join(texts(block.get("content"))), tool=True, call=block.get("tool_use_id", ""))
            elif block.get("type") == "text":
                yield Said(block["text"])
