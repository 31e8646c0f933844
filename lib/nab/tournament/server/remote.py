"""Commands to a tournament that runs, over its /admin address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import requests

from nab.core.errors import FAILED, NabError

TIMEOUT_SECONDS = 600


def ask(root: Path, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return what the tournament of a state folder answers. Raises NabError where none runs."""
    try:
        url = (root / "address").read_text(encoding="ascii")
        answer = send(method, f"{url}/admin/{path}", json=body)
        found: dict[str, Any] = answer.json()
    except (OSError, requests.RequestException):
        raise NabError(
            f"no tournament runs on {root}",
            hint="start one: numerai-local-tournament serve, or make tournament",
            exit_code=FAILED,
        ) from None
    if answer.status_code >= 400:
        raise NabError(found["error"], hint=found["hint"])
    return found


def send(method: str, url: str, **content: Any) -> requests.Response:
    """Ask a server of this machine: past every proxy, whatever the environment says."""
    with requests.Session() as session:
        session.trust_env = False
        return session.request(method, url, timeout=TIMEOUT_SECONDS, **content)


def status(root: Path) -> list[str]:
    """Return what a tournament is at, line by line."""
    health, faults = ask(root, "GET", "health"), ask(root, "GET", "faults")
    newest = health["submissions"]
    return [
        health["standing"],
        f"now {health['now']}",
        *(f"model {name} {id}: {newest.get(name, 'no submission')}" for name, id in health["models"].items()),
        *fault_lines(faults["active"], faults["struck"]),
    ]


def fault_lines(active: Sequence[str], struck: Mapping[str, int]) -> list[str]:
    """Tell which faults are on, and how often each has happened; also of those that are used up."""
    on = {one.partition(":")[0]: one for one in active}
    lines = [
        f"fault {one} is on{f', {often(struck[name])}' if name in struck else ''}" for name, one in on.items()
    ]
    over = {name: count for name, count in struck.items() if name not in on}
    return lines + [f"fault {name} is over, {often(count)}" for name, count in over.items()]


def often(count: int) -> str:
    """Say how often a fault has happened."""
    return f"happened {count} time{'' if count == 1 else 's'}"


def advance(root: Path, *, until: str | None = None, seconds: float | None = None) -> list[str]:
    """Have what lies ahead come now; say what came, and when it was to come."""
    told: list[str] = ask(root, "POST", "advance", {"until": until, "seconds": seconds})["told"]
    return told


def move_clock(root: Path, seconds: float) -> None:
    """Have the tournament's clock go ahead of this machine's."""
    ask(root, "POST", "clock", {"seconds": seconds})


def clear_faults(root: Path, name: str | None = None) -> list[str]:
    """Switch a fault off, or all; say which were on, and which had come to an end by themselves."""
    found = ask(root, "DELETE", f"faults/{name}" if name else "faults")
    off = f"off: {', '.join(found['cleared']) or 'no fault was on'}"
    over = {one: count for one, count in found["struck"].items() if one not in found["cleared"]}
    return [off, *fault_lines((), over)]


def add_fault(root: Path, words: Sequence[str]) -> str:
    """Switch a fault on: its name and what it is told, in one word or in several. Returns it in one."""
    name, *values = ",".join(words).split(",")
    name, *first = name.split(":", 1)
    described = ",".join([*first, *values])
    on: str = ask(root, "POST", "faults", {"fault": f"{name}:{described}" if described else name})["active"]
    return on


def give_model(root: Path, name: str) -> str:
    """Have a model of this name in the account; return its id."""
    found: str = ask(root, "POST", "models", {"name": name})["id"]
    return found


def replay(root: Path) -> dict[str, Any] | None:
    """Return what a tournament says of its sealed eras; None where it has none."""
    found: dict[str, Any] | None = ask(root, "GET", "health").get("replay")
    return found


def seal(root: Path, *, opened: bool) -> dict[str, Any]:
    """Open the sealed eras, the first with the next round, or serve none of them any more."""
    return ask(root, "POST", "seal", {"open": opened})


def bring_forward(root: Path) -> str:
    """Have the next close, or the next opening, come now; say which, of what round and when."""
    found = ask(root, "POST", "bring-forward")
    return f"round {found['round']} {found['what']} {found['at']}"


def fault_kinds() -> list[str]:
    """Return every fault that there is, with its usual values."""
    from nab.tournament.play.faults import KINDS, Fault

    return [f"{Fault(name, kind.usual)!s:60} {kind.what}" for name, kind in KINDS.items()]
