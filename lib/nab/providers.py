"""The models' vendors are files: images/providers/<name>.toml."""

from __future__ import annotations

from pathlib import Path

from nab import operator_files
from nab.core.agents.providers import Provider
from nab.core.errors import NabError


def providers(images: Path) -> dict[str, Provider]:
    """Read every vendor's file under images/providers, by name. Raises NabError with the place of a mistake."""
    found: dict[str, Provider] = {}
    owners: dict[str, Path] = {}
    for file in sorted((images / "providers").glob("*.toml")):
        found[file.stem] = operator_files.recipe(file, Provider)
        for host in found[file.stem].hosts:
            if (owner := owners.setdefault(host.name, file)) is not file:
                raise NabError(f"{file}: {host.name} is in {owner} already", hint="a host is of one vendor")
    return found


def with_keys(images: Path) -> dict[str, Provider]:
    """Return those that a key can be held for."""
    return {name: provider for name, provider in providers(images).items() if provider.fields}


def find(images: Path, name: str, *, wanted_by: Path) -> Provider:
    """Return the vendor of that name that a key can be held for. Raises NabError that lists the choices."""
    known = with_keys(images)
    if name not in known:
        names = ", ".join(known) or "none"
        raise NabError(
            f"{wanted_by}: no provider {name!r} in {images / 'providers'}", hint=f"providers there: {names}"
        )
    return known[name]
