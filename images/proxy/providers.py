"""The models' vendors: their hosts, the forms of their keys, what the keys are for.

images/providers has those that everybody knows; the orders tell the installation's own, in the same words.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "providers"


@dataclass(frozen=True)
class Host:
    """One host: how a key travels there, and the calls that it may travel with.

    `keys` are pairs of a place (a header in small letters, or `?name` for a part of the query) and what is
    written there, with the fields of the key as {field}. `calls` are `METHOD /path?query`. `leads_to` is the address
    and port of a server that a box reaches by this name alone, `header` what that server is called there.
    """

    name: str
    keys: tuple[tuple[str, str], ...]
    calls: tuple[str, ...]
    scripted: bool
    leads_to: tuple[str, int] | None = None
    header: str = ""


@dataclass(frozen=True)
class Provider:
    """One vendor. `placeholders` are by the fields of its key; `open_fields` of them are names, no secrets."""

    name: str
    answers: str
    placeholders: dict[str, str]
    open_fields: frozenset[str]
    hosts: tuple[Host, ...]

    @property
    def calls(self) -> tuple[str, ...]:
        """What its key is for: `METHOD host/path?query`."""
        calls = ((host.name, *call.split(" ", 1)) for host in self.hosts for call in host.calls)
        return tuple(f"{method} {name}{path}" for name, method, path in calls)


def read(folder: Path) -> tuple[Provider, ...]:
    """Read every vendor's file. Raises KeyError, ValueError or AttributeError for one that is none."""
    files = sorted(folder.glob("*.toml"))
    return tuple(provider(file.stem, tomllib.loads(file.read_text(encoding="utf-8"))) for file in files)


def provider(name: str, told: Mapping[str, Any]) -> Provider:
    """Read one vendor as its file, or the orders, tell of it."""
    fields = told.get("fields", {})
    return Provider(
        name=name,
        answers=told["answers"],
        placeholders={name: field["placeholder"] for name, field in fields.items()},
        open_fields=frozenset(name for name, field in fields.items() if not field.get("secret", True)),
        hosts=tuple(host(table) for table in told["hosts"]),
    )


def host(told: dict[str, Any]) -> Host:
    """Read one table of hosts."""
    return Host(
        name=told["name"],
        keys=tuple(form(written) for written in told.get("keys", ())),
        calls=(*told.get("counted", ()), *told.get("free", ())),
        scripted=told.get("scripted", False),
        leads_to=(told["address"], told["port"]) if told.get("address") else None,
        header=told.get("header", ""),
    )


def form(written: str) -> tuple[str, str]:
    """Take `header: {field}` or `?name={field}` apart."""
    place, _, text = written.partition("=" if written.startswith("?") else ": ")
    return place, text


PROVIDERS = read(FOLDER)


def known(own: Mapping[str, Any]) -> tuple[Provider, ...]:
    """Return the vendors with an installation's own, one of which may take the place of a vendor of that name."""
    ours = tuple(provider(name, told) for name, told in own.items())
    return (*(one for one in PROVIDERS if one.name not in own), *ours)
