"""The models' vendors as images/providers says: their hosts, the forms of their keys, what the keys are for."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "providers"


@dataclass(frozen=True)
class Host:
    """One host: how a key travels there, and the calls that it may travel with.

    `keys` are pairs of a place (a header in small letters, or `?name` for a part of the query) and what is
    written there, with the fields of the key as {field}. `calls` are `METHOD /path?query`.
    """

    name: str
    keys: tuple[tuple[str, str], ...]
    calls: tuple[str, ...]
    scripted: bool


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
    return tuple(provider(file) for file in sorted(folder.glob("*.toml")))


def provider(file: Path) -> Provider:
    """Read one vendor's file."""
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    fields = told.get("fields", {})
    return Provider(
        name=file.stem,
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
    )


def form(written: str) -> tuple[str, str]:
    """Take `header: {field}` or `?name={field}` apart."""
    place, _, text = written.partition("=" if written.startswith("?") else ": ")
    return place, text


PROVIDERS = read(FOLDER)
