"""The agents are folders: images/agents/<name>/ with a Dockerfile and an agent.toml."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from nab import operator_files, providers
from nab.core.agents.adapters import COPIED, Adapter, Install, Table, Word, Words
from nab.core.agents.own_providers import Told
from nab.core.agents.providers import Provider, narrowed
from nab.core.errors import NabError
from nab.core.text.names import AGENT_NAME

Parent = Literal["base", "control", "node"]


class Recipe(Table, frozen=True):
    """What an agent.toml may say: a `command` of its own, or how the program of a coding agent is driven."""

    description: Word
    command: Words | None = None
    parent: Parent = "base"
    llm: bool = True
    reads_seed: bool = False  # its randomness begins with $NAB_SEED
    install: Install | None = None
    cli: Adapter | None = None
    providers: dict[str, Told] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what has no way to run, or two."""
        if (self.command is None) == (self.cli is None):
            raise ValueError("it has either a command or a table cli")


class AgentSpec(msgspec.Struct, frozen=True, kw_only=True):
    """An agent: what it is, what its image is built on, and what its box runs.

    A coding agent has a `cli` in place of a `command`: its words depend on the prompt and the session.
    """

    name: str
    folder: Path
    description: str
    command: tuple[str, ...]
    parent: Parent
    llm: bool
    reads_seed: bool = False
    install: Install | None = None
    cli: Adapter | None = None

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
        raise NabError(f"{file.parent}: {name!r} is not a valid name for an agent", hint="a-z, 0-9 and _")
    recipe = operator_files.recipe(file, Recipe)
    if recipe.cli:
        check_provider(file, recipe.cli)
    return AgentSpec(
        name=name,
        folder=file.parent,
        description=recipe.description,
        command=recipe.command or (),
        parent=recipe.parent,
        llm=recipe.llm,
        reads_seed=recipe.reads_seed,
        install=recipe.install or (Install(kind=COPIED) if recipe.cli else None),
        cli=recipe.cli,
    )


def check_provider(file: Path, adapter: Adapter) -> None:
    """Refuse what a vendor of images/providers has not; one that is not there may be in nab.toml."""
    vendors = providers.with_keys(file.parents[2])
    if adapter.provider in vendors:
        check_words(file, adapter, vendors[adapter.provider])


def check_words(file: Path, adapter: Adapter, provider: Provider) -> None:
    """Refuse a form of key that a provider has not, none where it has one, and calls that it does not list."""
    fields = ", ".join(sorted(provider.fields)) or "none"
    if provider.fields and not adapter.auth:
        raise NabError(
            f"{file}: cli.auth is missing: {provider.title} wants a key", hint=f"fields there: {fields}"
        )
    for form in adapter.auth:
        if form.field not in provider.fields:
            raise NabError(
                f"{file}: {provider.title}'s key has no {form.field}", hint=f"fields there: {fields}"
            )
    try:
        narrowed(provider, adapter.calls or ())
    except ValueError as error:
        raise NabError(
            f"{file}: cli.calls: {error}", hint=f"calls there: {', '.join(provider.calls)}"
        ) from None


def provider_of(spec: AgentSpec, choices: Mapping[str, Provider]) -> Provider:
    """Return whom a coding agent asks. Raises NabError for one that is not there, or that it cannot work with."""
    assert spec.cli is not None, "a control asks nobody"
    file = spec.folder / "agent.toml"
    provider = providers.find(choices, spec.cli.provider, wanted_by=file)
    check_words(file, spec.cli, provider)
    return provider
