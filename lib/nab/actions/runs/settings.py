"""What goes on record of how a run was ordered: the settings in effect, and its program's arguments and effort."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import msgspec

from nab.agents import AgentSpec
from nab.config import Settings
from nab.core.agents import efforts

# The others are about what happens to records, and about other entrants. sync.remote is an address of the operator's.
SHOWN = (
    "objective",
    "tournament",
    "models",
    "providers",
    "limits",
    "recording",
    "sessions",
    "proxy",
    "images",
    "slots",
)
SMALL = 1 << 16  # bytes of a file of settings in a home
Scalar = bool | int | float | str


def ordered(settings: Settings, spec: AgentSpec) -> dict[str, Any]:
    """Return the fields of a run's intent that say how it was ordered."""
    flat = in_effect(settings)
    told = {"settings": flat, "settings_sha256": fingerprint(flat)}
    if spec.cli is None:
        return told
    return told | {
        "flags": spec.cli.first,
        "flags_environment": dict(spec.cli.environment),
        "effort": efforts.effort(spec.cli.first, spec.cli.environment, home(spec)),
    }


def in_effect(settings: Settings) -> dict[str, Scalar]:
    """Return every setting that a run depends on, those that nab.toml leaves out too, by its place there."""
    written = msgspec.to_builtins(settings)
    return dict(sorted(leaves({name: written[name] for name in SHOWN})))


def leaves(table: dict[str, Any], above: str = "") -> Iterator[tuple[str, Scalar]]:
    """Yield the values of a table and of those in it; a list is written as JSON."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", json.dumps(value) if isinstance(value, list | tuple) else value


def fingerprint(flat: dict[str, Scalar]) -> str:
    """Return the SHA-256 of settings, the same for the same."""
    return hashlib.sha256(json.dumps(flat, sort_keys=True).encode()).hexdigest()


def home(spec: AgentSpec) -> Iterator[str]:
    """Yield the small files that an agent's home begins with."""
    for path in sorted((spec.folder / "home").rglob("*")):
        if path.is_file() and path.stat().st_size <= SMALL:
            yield path.read_text(encoding="utf-8", errors="replace")
