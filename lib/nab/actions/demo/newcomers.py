"""The demo's settings for an agent that they do not name: the same, with it as an entrant."""

from __future__ import annotations

import json
from collections.abc import Mapping

import msgspec

from nab.core.agents.own_providers import ProviderSettings
from nab.core.text.names import Choice


def settings(usual: str, newcomer: Choice, providers: Mapping[str, ProviderSettings]) -> str:
    """Return them as TOML, with the operator's own providers: the agent may ask one of them."""
    agent, level, _ = newcomer
    entrant = {"agent": agent, "level": level, "model": f"nab_{agent}_{level.lower()}"}
    tables = [table(f"[providers.{name}]", told(one)) for name, one in providers.items()]
    return "\n".join([usual.rstrip(), *tables, table("[[entrants]]", entrant)]) + "\n"


def told(provider: ProviderSettings) -> dict[str, str | list[str]]:
    """Return what a table says, without what is usual."""
    usual = msgspec.to_builtins(ProviderSettings())
    return {key: value for key, value in msgspec.to_builtins(provider).items() if value != usual[key]}


def table(head: str, values: Mapping[str, str | list[str]]) -> str:
    """Write a table of texts and lists of texts: JSON's are TOML's too."""
    return "\n".join(["", head, *(f"{key} = {json.dumps(value)}" for key, value in values.items())])
