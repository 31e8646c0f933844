"""Which of the tools that a request offers is a shell: whatever takes one command as a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nab.models.conversations import Form, Tool, filled

COMMANDS = ("command", "cmd", "script")
LIKE_A_SHELL = re.compile(r"bash|shell|terminal|exec|command|^run$|^sh$", re.IGNORECASE)


@dataclass(frozen=True)
class Offer:
    """A tool that a request offers, and the JSON schema of what it takes."""

    name: str
    schema: Mapping[str, Any]

    @property
    def properties(self) -> dict[str, Mapping[str, Any]]:
        found = self.schema.get("properties")
        return (
            {name: one for name, one in found.items() if isinstance(one, dict)}
            if isinstance(found, dict)
            else {}
        )

    @property
    def required(self) -> list[str]:
        found = self.schema.get("required")
        return [name for name in found if name in self.properties] if isinstance(found, list) else []

    @property
    def command(self) -> str | None:
        """Return which of its texts is a command; of a tool with a shell's name its only text is one."""
        texts = [name for name, one in self.properties.items() if is_text(one)]
        named = next((name for name in COMMANDS if name in texts), None)
        only = texts[0] if len(texts) == 1 and LIKE_A_SHELL.search(self.name) else None
        return named or only


def is_text(schema: Mapping[str, Any]) -> bool:
    """Say whether a schema is that of a text."""
    kind = schema.get("type")
    return "string" in [str(one).lower() for one in (kind if isinstance(kind, list) else [kind])]


def find(offers: Iterable[Offer]) -> Tool | None:
    """Return the shell, one that is called so first."""
    found = [offer for offer in offers if offer.name and offer.command]
    found.sort(key=lambda offer: LIKE_A_SHELL.search(offer.name) is None)
    return tool(found[0]) if found else None


def tool(offer: Offer) -> Tool:
    """Return how such a tool is called; whatever else it must be told is the plainest that fits."""
    argument = offer.command or COMMANDS[0]
    others = {name: filled(offer.properties[name]) for name in offer.required if name != argument}
    return Tool(offer.name, Form.ANY, argument=argument, others=others)
