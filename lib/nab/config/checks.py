"""What is refused in nab.toml that the types let pass."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network
from pathlib import Path

from nab.config.contest import CONTROL
from nab.config.entrants import Entrant
from nab.config.runs import Limits, Proxy
from nab.config.settings import Settings
from nab.core.errors import NabError
from nab.core.text.names import AGENT_NAME, LLM_NAME, REPLICA, is_branch

LEAST_CPUS, LEAST_MEMORY_GIB = 0.01, 0.25


def check(settings: Settings, file: Path) -> None:
    """Refuse what the types cannot."""
    check_networks(settings.proxy, file)
    check_box(settings.limits, file)
    if settings.sync.branch and not is_branch(settings.sync.branch):
        hint = "letters, digits and ._-/; no part of it begins with a sign or ends in .lock, and no two dots follow"
        raise NabError(
            f"{file}: sync.branch: {settings.sync.branch!r} is not a valid name of a branch", hint=hint
        )
    if not is_branch(settings.publish.branch):
        hint = "a branch that holds the pages and nothing else: pages"
        raise NabError(
            f"{file}: publish.branch: {settings.publish.branch!r} is not a valid name of a branch", hint=hint
        )
    refuse_twice(file, [f"slot {slot.name}" for slot in settings.slots], "a slot has one table")
    for entrant in settings.entrants:
        check_names(entrant, file)
    several = 'a further one of the same agent and level has a name of its own: replica = "b"'
    refuse_twice(file, [f"entrant {one.name}" for one in settings.entrants], several)
    refuse_twice(file, [f"model {one.model}" for one in settings.entrants], "every entrant has its own model")
    names = {one.name for one in settings.entrants}
    if settings.results.control not in {CONTROL, "", *names}:
        hint = f"entrants there: {', '.join(sorted(names)) or 'none'}; empty: no control"
        raise NabError(f"{file}: results.control: no entrant {settings.results.control}", hint=hint)
    for entrant in settings.entrants:
        if entrant.slot and entrant.slot not in settings.slot_names:
            hint = (
                f"slots there: {', '.join(sorted(settings.slot_names))}; a further one is a table [[slots]]"
            )
            raise NabError(f"{file}: {entrant.name} has a slot that is not there: {entrant.slot}", hint=hint)


def check_names(entrant: Entrant, file: Path) -> None:
    """Refuse an invalid name of an agent, a replica or a language model."""
    if not AGENT_NAME.fullmatch(entrant.agent):
        raise NabError(f"{file}: {entrant.agent!r} is not a valid name for an agent", hint="a-z, 0-9 and _")
    if entrant.replica is not None and not REPLICA.fullmatch(entrant.replica):
        hint = "a-z and 0-9, eight at most: b"
        raise NabError(f"{file}: {entrant.replica!r} is not a valid name for a replica", hint=hint)
    if entrant.llm_model is not None and not LLM_NAME.fullmatch(entrant.llm_model):
        hint = "its vendor's own name for it, a letter or digit first: gpt-6.1-sol"
        raise NabError(f"{file}: {entrant.llm_model!r} is not a valid name for a language model", hint=hint)


def check_networks(proxy: Proxy, file: Path) -> None:
    """Refuse a block of addresses that runs cannot take their networks from."""
    try:
        block = IPv4Network(proxy.networks)
    except ValueError as error:
        raise NabError(f"{file}: proxy.networks: {error}", hint='networks = "10.213.0.0/16"') from None
    if not block.is_private or block.prefixlen > 28:
        raise NabError(
            f"{file}: proxy.networks: {block} must be a private IPv4 block of 16 addresses or more"
        )


def check_box(limits: Limits, file: Path) -> None:
    """Refuse what no box can live with; 0 is a share of the machine."""
    for name, given, least in (
        ("cpus", limits.cpus, LEAST_CPUS),
        ("memory_gib", limits.memory_gib, LEAST_MEMORY_GIB),
    ):
        if 0 < given < least:
            hint = f"{least} or more; 0 is its share of the machine"
            raise NabError(f"{file}: limits.{name}: {given:g} is too little for a box", hint=hint)


def refuse_twice(file: Path, names: Sequence[str], rule: str) -> None:
    """Raise NabError when a name is there more than once."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise NabError(f"{file}: {name} is there twice", hint=rule)
        seen.add(name)
