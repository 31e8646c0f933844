"""What this proxy is for: one JSON object on its standard input, so that no key is in a file or an environment."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True)
class Orders:
    """Whose calls these are, whose model they may submit to, and the keys of `broker.FORMS` by their providers.

    `calls`, by provider, are what its key is for in place of what images/providers says; `providers` are the
    installation's own, as a file there would tell of them.

    `address` is this proxy's own on the agent's network; `others` are the account's other models; `closed` are
    the host's addresses, one of which may be public. A `light` proxy serves a submission: the same rules and
    keys, no bodies and no pages kept. `numerai` is local or live, `models` scripted or live. A file of the record is
    closed after `segment_bytes` or at the end of a `segment_period` (month or day); `spare_bytes` of its disk stay
    free. `pages_bytes` are kept of texts that are read, `upload_bytes` of one file that is put to Numerai's storage,
    `uploads_bytes` of all that wait.
    """

    run: str
    session: str
    address: str
    numerai: str
    models: str = "live"
    light: bool = False
    model: dict[str, str] = field(default_factory=dict)
    others: tuple[dict[str, str], ...] = ()
    keys: dict[str, dict[str, str]] = field(default_factory=dict, repr=False)
    calls: dict[str, list[str]] = field(default_factory=dict)
    providers: dict[str, dict[str, Any]] = field(default_factory=dict)
    diagnostics_a_minute: int = 5
    closed: tuple[str, ...] = ()
    segment_bytes: int = 256 << 20
    segment_period: str = "month"
    spare_bytes: int = 0
    pages_bytes: int = 1 << 30
    upload_bytes: int = 512 << 20
    uploads_bytes: int = 2 << 30


def parse(line: str | bytes) -> Orders:
    """Read the orders. Raises ValueError for anything else than them."""
    given: Any = json.loads(line)
    if not isinstance(given, dict):
        raise ValueError("orders are one JSON object")
    unknown = set(given) - {known.name for known in fields(Orders)}
    if unknown:
        raise ValueError(f"unknown orders: {', '.join(sorted(unknown))}")
    lists = {name: tuple(given.get(name, ())) for name in ("others", "closed")}
    return Orders(**(given | lists))
