"""The models' vendors are files: images/providers/<name>.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

from nab.core.agents.providers import Provider
from nab.core.errors import NabError


def providers(images: Path) -> dict[str, Provider]:
    """Read every vendor's file under images/providers, by name. Raises NabError with the place of a mistake."""
    found: dict[str, Provider] = {}
    owners: dict[str, Path] = {}
    for file in sorted((images / "providers").glob("*.toml")):
        found[file.stem] = read(file)
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


def read(file: Path) -> Provider:
    """Read one vendor's file. Raises NabError with the place of the mistake."""
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Provider)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NabError(f"{file} is not TOML: {error}") from None
    except msgspec.ValidationError as error:
        complaint = str(error).replace("Object contains unknown field", "unknown key")
        complaint = complaint.replace(" - at `$.", " at `").replace(" - at `$`", "")
        raise NabError(f"{file}: {complaint}", hint="docs/adding-an-agent.md lists every key") from None
