"""What a request says, in no provider's words: how far the conversation is, and what the agent offers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

NAMED = re.compile(r"SCENARIO:(?P<described>[a-z][a-z0-9-]*(?::[a-z_]+=[\w.+-]+(?:,[a-z_]+=[\w.+-]+)*)?)")


class Form(StrEnum):
    """How an agent's shell tool wants to be called."""

    COMMAND = "command"  # {"command": "..."}
    LIST = "list"  # {"command": ["bash", "-lc", "..."]}
    CMD = "cmd"  # {"cmd": "..."}
    SCRIPT = "script"  # JavaScript that calls the shell
    ANY = "any"  # a command as a text, under the name that the tool gives it


@dataclass(frozen=True)
class Tool:
    """The shell tool that a request offers."""

    name: str
    form: Form = Form.COMMAND
    namespace: str = ""
    options: frozenset[str] = frozenset()
    argument: str = "command"
    others: Mapping[str, Any] = field(default_factory=dict)

    def asked(self, command: str) -> dict[str, Any]:
        """Return what a tool of the form ANY is called with."""
        return {**self.others, self.argument: command}


@dataclass(frozen=True)
class Said:
    """One thing of a conversation: what a person said, or what a tool call came to, by the call's id."""

    text: str
    tool: bool = False
    call: str = ""
    handle: str = ""


@dataclass(frozen=True)
class Conversation:
    """A request, read. `step` is how many tool calls came to their end since the last prompt.

    `offered` are the names of the tools, none of which may be a shell; `wants_usage` is false where an answer is
    asked for that does not say what it costs.
    """

    model: str
    session: str
    described: str | None
    prompts: int
    step: int
    running: str
    shell: Tool | None
    streamed: bool
    size: int
    schema: Mapping[str, Any] | None = None
    subscription: bool = False
    offered: tuple[str, ...] = ()
    wants_usage: bool = True


@dataclass(frozen=True)
class Place:
    """How far a conversation is."""

    described: str | None
    prompts: int
    step: int
    running: str
    opening: str


def place(said: Iterable[Said]) -> Place:
    """Follow a conversation to its end.

    A prompt is what names a scenario, or else what a person said first. Later texts without a name do not begin
    anew: agents add some of their own ("Your response was cut off ..."), and a resumed session goes on.
    """
    described, prompts, step, running, opening = None, 0, 0, "", ""
    ended: set[str] = set()
    for one in said:
        found = None if one.tool else NAMED.search(one.text)
        if one.tool:
            running = one.handle
            step += not one.handle and one.call not in ended
            # A resumed gemini says some results twice.
            ended |= {one.call} if one.call and not one.handle else set()
        elif found or (prompts == 0 and is_written(one.text)):
            described = found["described"] if found else None
            opening += one.text if prompts == 0 else ""
            prompts, step, running = prompts + 1, 0, ""
        elif prompts == 0:
            opening += one.text
    return Place(described, prompts, step, running, opening)


def is_written(text: str) -> bool:
    """Say whether a person wrote it: the surroundings that agents describe stand in tags."""
    return bool(text.strip()) and not text.lstrip().startswith("<")


def texts(content: Any) -> list[str]:
    """Return the texts of a content, which is a string or a list of blocks."""
    if isinstance(content, str):
        return [content]
    blocks = content if isinstance(content, list) else []
    return [
        block["text"] for block in blocks if isinstance(block, dict) and isinstance(block.get("text"), str)
    ]


PLAINEST: Mapping[str, Any] = {"string": "ok", "integer": 1, "number": 1, "boolean": False, "null": None}


def filled(schema: Mapping[str, Any]) -> Any:
    """Return the plainest value that a JSON schema allows."""
    if schema.get("enum"):
        return schema["enum"][0]
    kind = str(schema.get("type", "object")).lower()
    if kind in PLAINEST:
        return schema.get("minimum", PLAINEST[kind])
    if kind == "array":
        return [filled(schema.get("items", {})) for _ in range(schema.get("minItems", 0))]
    properties = schema.get("properties", {})
    return {name: filled(properties[name]) for name in schema.get("required", properties)}


def filled_text(schema: Mapping[str, Any]) -> str:
    """Return that value as JSON."""
    return json.dumps(filled(schema))
