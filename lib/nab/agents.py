"""The agents are folders: images/agents/<name>/ with a Dockerfile and an agent.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from nab.core.errors import NabError
from nab.core.names import AGENT_NAME

Word = Annotated[str, msgspec.Meta(min_length=1)]


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an agent.toml may say."""

    description: Word
    command: Annotated[tuple[Word, ...], msgspec.Meta(min_length=1)]
    parent: Literal["base", "control"] = "base"
    llm: bool = True


class AgentSpec(msgspec.Struct, frozen=True, kw_only=True):
    """An agent: what it is, what its image is built on, and what its box runs."""

    name: str
    folder: Path
    description: str
    command: tuple[str, ...]
    parent: str
    llm: bool

    @property
    def image(self) -> str:
        return f"nab/agent-{self.name}"


def agents(images: Path) -> list[AgentSpec]:
    """Read every agent's folder under images/agents, by name. Raises NabError with the place of a mistake."""
    return [agent(file) for file in sorted((images / "agents").glob("*/agent.toml"))]


def find(images: Path, name: str) -> AgentSpec:
    """Return the agent of that name; raises NabError that lists the choices."""
    known = agents(images)
    for spec in known:
        if spec.name == name:
            return spec
    names = ", ".join(spec.name for spec in known) or "none"
    raise NabError(f"no agent {name} under {images / 'agents'}", hint=f"agents there: {names}")


def agent(file: Path) -> AgentSpec:
    """Read one agent.toml."""
    name = file.parent.name
    if not AGENT_NAME.fullmatch(name):
        raise NabError(f"{file.parent}: {name!r} is no name for an agent", hint="a-z, 0-9 and _")
    try:
        recipe = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Recipe)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NabError(f"{file} is not TOML: {error}") from None
    except msgspec.ValidationError as error:
        raise NabError(f"{file}: {error}", hint="it says: description, command, parent, llm") from None
    return AgentSpec(
        name=name,
        folder=file.parent,
        description=recipe.description,
        command=recipe.command,
        parent=recipe.parent,
        llm=recipe.llm,
    )
