"""Reading a request to /v1/responses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from nab.models import shells
from nab.models.conversations import Conversation, Form, Said, Tool, place, texts
from nab.models.shells import Offer

FORMS = {
    ("custom", "exec"): Form.SCRIPT,
    ("function", "exec_command"): Form.CMD,
    ("function", "shell_command"): Form.COMMAND,
    ("function", "shell"): Form.LIST,
}
RUNS_ON = re.compile(
    r"Script running with cell ID (?P<cell>\S+)|Process running with session ID (?P<session>\d+)"
)
RESULTS = {"function_call_output", "custom_tool_call_output", "local_shell_call_output"}


def read(body: Mapping[str, Any], headers: Mapping[str, str], size: int) -> Conversation:
    """Return what the request says."""
    items = body.get("input", [])
    items = [{"role": "user", "content": items}] if isinstance(items, str) else items
    now = place(said(items))
    written = (body.get("text") or {}).get("format") or {}
    return Conversation(
        model=str(body.get("model", "")),
        session=headers.get("session-id") or str(body.get("prompt_cache_key") or now.opening),
        described=now.described,
        prompts=now.prompts,
        step=now.step,
        running=now.running,
        shell=shell([*(body.get("tools") or []), *items]),
        streamed=bool(body.get("stream")),
        size=size,
        schema=written.get("schema"),
        offered=tuple(str(tool.get("name", "")) for tool, _ in unpacked(body.get("tools") or [], "")),
    )


def shell(offers: list[dict[str, Any]]) -> Tool | None:
    """Return the shell tool, the scripted one first; tools also come in namespaces, and as items of the input.

    Without any of codex's own it is whatever takes a command.
    """
    found, others = {}, []
    for tool, namespace in unpacked(offers, ""):
        form = FORMS.get((tool.get("type", ""), tool.get("name", "")))
        if form:
            options = (tool.get("parameters") or {}).get("properties", {})
            found[form] = Tool(tool["name"], form, namespace, frozenset(options))
        elif tool.get("type") == "function" and not namespace:
            others.append(Offer(str(tool.get("name", "")), tool.get("parameters") or {}))
    return next((found[form] for form in FORMS.values() if form in found), None) or shells.find(others)


def unpacked(offers: list[dict[str, Any]], namespace: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield every tool with the namespace that it stands in."""
    for offer in offers:
        match offer.get("type"):
            case "namespace":
                yield from unpacked(offer.get("tools", []), offer.get("name", ""))
            case "additional_tools":
                yield from unpacked(offer.get("tools", []), "")
            case _:
                yield offer, namespace


def said(items: list[dict[str, Any]]) -> Iterator[Said]:
    """Yield what the user's side said; of a call that was asked for again and again each answer."""
    for item in items:
        if item.get("type") in RESULTS:
            text = "".join(texts(item.get("output")))
            runs_on = RUNS_ON.search(text)
            yield Said(
                text,
                tool=True,
                call=item.get("call_id", ""),
                handle=runs_on["cell"] or runs_on["session"] if runs_on else "",
            )
        elif item.get("role") == "user":
            for text in texts(item.get("content")):
                yield Said(text)
