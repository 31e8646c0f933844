"""Where no call may go: this machine, its network and its cloud's metadata. A box's way out is no way in there."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import Any

NEIGHBOURS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/3",
        "::/128",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
        "ff00::/8",
    )
)


def is_neighbour(address: str) -> bool:
    """Say whether an IP address is one of this machine's or its networks'. Raises ValueError for a name."""
    found = ipaddress.ip_address(address.partition("%")[0])
    dialled = getattr(found, "ipv4_mapped", None) or found
    return any(dialled in network for network in NEIGHBOURS if network.version == dialled.version)


class CarefulLoop(asyncio.SelectorEventLoop):
    """An event loop that dials no name that leads to a neighbour, or to an address that was closed.

    The check sits in the very look-up that the connection is made from, so a name cannot
    change its address between the check and the call.
    """

    closed: frozenset[str] = frozenset()

    async def getaddrinfo(self, host: Any, port: Any, **details: Any) -> Any:
        found = await super().getaddrinfo(host, port, **details)
        if details.get("flags", 0) & socket.AI_PASSIVE:
            return found
        allowed = [entry for entry in found if not self.is_forbidden(entry[4][0])]
        if not allowed:
            raise OSError(f"{host} is not on the public internet")
        return allowed

    def is_forbidden(self, address: str) -> bool:
        return is_neighbour(address) or address in self.closed
