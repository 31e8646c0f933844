"""Commands to a tournament that runs, over its /admin address."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import requests

from nab.core.errors import FAILED, NabError

TIMEOUT_SECONDS = 600


def ask(root: Path, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return what the tournament of a state folder answers. Raises NabError where none runs."""
    try:
        url = (root / "address").read_text(encoding="ascii")
        answer = requests.request(method, f"{url}/admin/{path}", json=body, timeout=TIMEOUT_SECONDS)
        found: dict[str, Any] = answer.json()
    except (OSError, requests.RequestException):
        raise NabError(
            f"no tournament runs on {root}", hint="start one: scripts/tournament.py", exit_code=FAILED
        ) from None
    if answer.status_code >= 400:
        raise NabError(found["error"], hint=found["hint"])
    return found


def status(root: Path) -> list[str]:
    """Return what a tournament is at, line by line."""
    health, faults = ask(root, "GET", "health"), ask(root, "GET", "faults")
    until = "closes_on_time" if health["open"] else "next_opens"
    return [
        f"round {health['round']} is {'open' if health['open'] else 'closed'}, {until} {health[until]}",
        f"now {health['now']}",
        *(f"model {name} {id}" for name, id in health["models"].items()),
        *(f"fault {fault}" for fault in faults["active"]),
    ]


def advance(root: Path, seconds: float | None) -> str:
    """Move the clock, and say where it is now."""
    found = ask(root, "POST", "advance", {} if seconds is None else {"seconds": seconds})
    return f"now {found['now']}, round {found['round']}"


def bring_forward(root: Path) -> str:
    """Have the next close, or the next opening, come now; say which, of what round and when."""
    found = ask(root, "POST", "bring-forward")
    return f"round {found['round']} {found['what']} {found['at']}"


def fault_kinds() -> list[str]:
    """Return every fault that there is, with its usual values."""
    from nab.tournament.play.faults import KINDS, Fault

    return [f"{Fault(name, kind.usual)!s:60} {kind.what}" for name, kind in KINDS.items()]
