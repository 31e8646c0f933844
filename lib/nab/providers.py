"""The models' vendors are files, images/providers/<name>.toml; an installation's own providers are tables.

Those tables, [providers.<name>], are in an agent's agent.toml, which is copied from machine to machine, and in
nab.toml, which alone may lead to an address of this machine's network.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from nab import operator_files
from nab.core.agents.own_providers import OwnProvider, ProviderSettings, Told, own_provider
from nab.core.agents.providers import Provider, read_calls
from nab.core.errors import NabError

GUIDE = "docs/adding-an-agent.md, A provider of your own"


def providers(images: Path) -> dict[str, Provider]:
    """Read every vendor's file under images/providers, by name. Raises NabError with the place of a mistake."""
    return dict(read(tuple(map(seen, sorted((images / "providers").glob("*.toml"))))))


class Seen(NamedTuple):
    """A file as it was when it was looked at: one that changed is another."""

    path: Path
    inode: int
    changed: int
    size: int


def seen(file: Path) -> Seen:
    found = file.stat()
    return Seen(file, found.st_ino, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=4)
def read(vendors: tuple[Seen, ...]) -> Mapping[str, Provider]:
    """Read vendors' files, the same ones once a process."""
    found = {one.path.stem: operator_files.recipe(one.path, Provider) for one in vendors}
    refuse_shared_hosts({one.path.stem: (one.path, found[one.path.stem]) for one in vendors})
    return found


def with_keys(images: Path) -> dict[str, Provider]:
    """Return those that a key can be held for."""
    return {name: provider for name, provider in providers(images).items() if provider.fields}


def own(images: Path, file: Path, told: Mapping[str, ProviderSettings]) -> dict[str, OwnProvider]:
    """Return the installation's own providers: those of agents' folders, and those that nab.toml, `file`, tells of.

    Raises NabError with the place of a mistake.
    """
    vendors = providers(images)
    found: dict[str, tuple[Path, OwnProvider]] = {}
    here = [(name, file, one, True) for name, one in told.items() if one.is_own]
    for name, where, one, may_be_private in (*of_agents(images), *here):
        place = f"{where}: providers.{name}"
        if name in found:
            raise NabError(f"{place} is in {found[name][0]} already", hint="a provider is described once")
        if name in vendors and vendors[name].fields:
            hint = "give yours another name; without base_url, allow adds calls to a vendor's list"
            raise NabError(f"{place}: {name} is a vendor of images/providers", hint=hint)
        try:
            found[name] = where, own_provider(name, one, may_be_private=may_be_private)
        except (ValueError, msgspec.ValidationError) as error:
            raise NabError(
                f"{place}.{error}" if is_of_a_key(str(error)) else f"{place}: {error}", hint=GUIDE
            ) from None
    rest = {
        name: (images / "providers" / f"{name}.toml", one)
        for name, one in vendors.items()
        if name not in found
    }
    refuse_shared_hosts({**rest, **found})
    return {name: one for name, (_, one) in found.items()}


def is_of_a_key(complaint: str) -> bool:
    """Say whether a complaint begins with the key that it is of."""
    return complaint.partition(":")[0] in Told.__struct_fields__


def of_agents(images: Path) -> Iterator[tuple[str, Path, Told, bool]]:
    """Yield the providers that agents' folders describe; what is wrong elsewhere in a folder is not looked at."""
    for file in sorted((images / "agents").glob("*/agent.toml")):
        for name, written in tables_of(file).items():
            try:
                yield name, file, msgspec.convert(written, Told), False
            except msgspec.ValidationError as error:
                complaint = (
                    str(error).replace("Object contains unknown field", "unknown key").replace("$.", "")
                )
                raise NabError(f"{file}: providers.{name}: {complaint}", hint=GUIDE) from None


def tables_of(file: Path) -> dict[str, Any]:
    """Return the tables [providers.<name>] of a file; none where it cannot be read: its readers say so."""
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8")).get("providers", {})
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def refuse_shared_hosts(found: Mapping[str, tuple[Path, Provider]]) -> None:
    """Raise NabError where two providers have a host: whose key goes there?"""
    owners: dict[str, str] = {}
    for name, (file, provider) in found.items():
        for host in provider.hosts:
            if (owner := owners.setdefault(host.name, name)) != name:
                of = found[owner][0]
                raise NabError(
                    f"{file}: {host.name} is in {of} already", hint=f"a host is of one provider: {owner}"
                )


def known(images: Path, file: Path, told: Mapping[str, ProviderSettings]) -> dict[str, Provider]:
    """Return every provider that an agent may be asked to work with."""
    return {**with_keys(images), **own(images, file, told)}


def find(choices: Mapping[str, Provider], name: str, *, wanted_by: Path) -> Provider:
    """Return the provider of that name. Raises NabError that lists the choices."""
    if name not in choices:
        hint = f"providers there: {', '.join(choices) or 'none'}; another is a table [providers.{name}] of nab.toml"
        raise NabError(f"{wanted_by}: no provider {name!r}", hint=hint)
    return choices[name]


def check(images: Path, file: Path, told: Mapping[str, ProviderSettings], boxes: IPv4Network) -> None:
    """Refuse a provider that there is not or cannot be, an address where the boxes are, and what is no call."""
    if not told:
        return
    choices = known(images, file, told)
    for name, one in choices.items():
        for host in one.hosts if isinstance(one, OwnProvider) else ():
            if host.address and IPv4Address(host.address) in boxes:
                raise NabError(
                    f"{file}: providers.{name}.address: {host.address} is in proxy.networks, {boxes}"
                )
    for name, table in told.items():
        provider = find(choices, name, wanted_by=file)
        try:
            read_calls(provider, table.allow)
        except ValueError as error:
            raise NabError(
                f"{file}: providers.{name}.allow: {error}", hint="docs/policy.md, Calls to the models"
            ) from None
