"""What programs may rely on of our JSON: a JSON Schema each, made from the types that it is written from."""

from __future__ import annotations

import inspect
from typing import Any

import msgspec

from nab.actions.reports.status import Status
from nab.core.health.verdict import Health
from nab.core.upkeep.sync.lag import Last
from nab.results.claims.documents import Registry

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def of_status() -> dict[str, Any]:
    """Return the schema of what make status JSON=1 prints. Of a sync its last tick stands beside the words."""
    found = made(Status)
    _, parts = msgspec.json.schema_components([Last], ref_template="#/$defs/{name}")
    of_sync = {**parts["Last"]["properties"], "lag_seconds": {"type": "number"}}
    found["$defs"]["Shown"]["properties"] |= of_sync
    return found


def of_health() -> dict[str, Any]:
    """Return the schema of state/health.json."""
    return made(Health)


def of_claims() -> dict[str, Any]:
    """Return the schema of what make claims JSON=1 prints; a file of state/claims is its VersionTold."""
    return made(Registry)


def made(kind: type) -> dict[str, Any]:
    """Make the schema of a type."""
    found: dict[str, Any] = {"$schema": DRAFT, **msgspec.json.schema(kind)}
    for part in (found, *found.get("$defs", {}).values()):
        if "description" in part:  # a docstring, from which Python takes its indentation from 3.13 on
            part["description"] = inspect.cleandoc(part["description"])
    return found
