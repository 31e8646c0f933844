"""Ways out of a box, each tried from inside one: `python3 -m ways_out NAME FACTS` with nothing but Python.

docs/egress.md lists them for people; tests/integration/egress/test_egress.py tries them all.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, field

# What stops a way, in the words of docs/egress.md.
NO_ROUTE = "no route"
KERNEL = "kernel"
CLOSED = "closed port"
RESOLVER = "resolver"
GATE = "gate"
DIALLING = "dialling"
PROTOCOL = "protocol"
RECORDED = "recorded"
WALLS = (NO_ROUTE, KERNEL, CLOSED, RESOLVER, GATE, DIALLING, PROTOCOL, RECORDED)

PARTS = ("addresses", "packets", "destinations", "tunnels", "clients", "kernel")
PATIENCE = 3.5  # seconds: an address that nobody has is given up after three


class Stopped(Exception):
    """The way is closed, as the far end of it said."""


@dataclass(frozen=True)
class Facts:
    """What the box is told of its surroundings: more than an agent would know."""

    token: str
    proxy: str
    internet: str
    gateway: str
    proxy_outside: str
    other_box: str
    other_proxy: str
    neighbour: str
    listener: int
    hosts: list[str] = field(default_factory=list)
    host_ports: list[int] = field(default_factory=list)

    def page(self, name: str) -> str:
        """Return a path that only this try of this way asks for."""
        return f"/t/{self.token}/{name}"


@dataclass(frozen=True)
class Way:
    """One way out. `attempt` returns what it reached, or raises when there was nothing to reach.

    `leaves` is what a line of the record must say when the proxy stopped it: "host:port rule".
    """

    name: str
    stopped_by: str
    says: str
    attempt: Callable[[Facts], str]
    leaves: str = ""


WAYS: dict[str, Way] = {}


def way(
    stopped_by: str, leaves: str = "", name: str = ""
) -> Callable[[Callable[[Facts], str]], Callable[[Facts], str]]:
    """Enter a function into the list under its own name; its docstring is what the list says."""

    def enter(attempt: Callable[[Facts], str]) -> Callable[[Facts], str]:
        called = name or attempt.__name__.replace("_", "-")
        assert called not in WAYS and stopped_by in WALLS and attempt.__doc__
        WAYS[called] = Way(called, stopped_by, attempt.__doc__.strip(), attempt, leaves)
        return attempt

    return enter


def enter(name: str, stopped_by: str, says: str, attempt: Callable[[Facts], str], leaves: str = "") -> None:
    """Enter one of a row of ways that differ in a word."""
    assert name not in WAYS and stopped_by in WALLS
    WAYS[name] = Way(name, stopped_by, says, attempt, leaves)


def load() -> dict[str, Way]:
    """Return the whole list."""
    for part in PARTS:
        importlib.import_module(f"ways_out.{part}")
    return WAYS
