"""Where no call may go: this machine, its network and its cloud's metadata. A box's way out is no way in there."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import Any

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def networks(*written: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(network) for network in written)


NEIGHBOURS = networks(
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",  # carriers, and metadata of some clouds
    "127.0.0.0/8",
    "168.63.129.16/32",  # Azure's host
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",  # protocols, and metadata of some clouds
    "192.0.2.0/24",  # documentation; that the third such network passes is what the tests stand on
    "192.88.99.0/24",  # relays of 6to4
    "192.168.0.0/16",
    "198.18.0.0/15",  # benchmarks
    "198.51.100.0/24",
    "224.0.0.0/3",
)
WORLD = ipaddress.ip_network(
    "2000::/3"
)  # all that is handed out of IPv6; what lies outside is local, or a v4 address
NO_WORLD = networks(
    "2001::/23",  # Teredo and other protocols
    "2001:db8::/32",
    "2002::/16",  # 6to4
    "3ffe::/16",
    "3fff::/20",
)
ISATAP = frozenset({0x00005EFE, 0x02005EFE})  # before a v4 address in the second half


def dialled(address: str) -> Address:
    """Return the address that is meant. Raises ValueError for a name."""
    found = ipaddress.ip_address(address.partition("%")[0])
    return getattr(found, "ipv4_mapped", None) or found


def is_neighbour(address: str) -> bool:
    """Say whether an IP address is one of this machine's or its networks'. Raises ValueError for a name."""
    found = dialled(address)
    if isinstance(found, ipaddress.IPv4Address):
        return any(found in network for network in NEIGHBOURS)
    tunnelled = (int(found) >> 32) & 0xFFFFFFFF in ISATAP
    return found not in WORLD or tunnelled or any(found in network for network in NO_WORLD)


class CarefulLoop(asyncio.SelectorEventLoop):
    """An event loop that dials no neighbour, and no address that was closed.

    The check sits in the very look-up that the connection is made from, so a name cannot change its address
    between the check and the call; and once more where the connection is made, for whatever came there without
    a look-up. `own` are the proxy's own ports, `closed` the host's addresses.
    """

    own: frozenset[tuple[str, int]] = frozenset()
    closed: frozenset[str] = frozenset()

    async def getaddrinfo(self, host: Any, port: Any, **details: Any) -> Any:
        found = await super().getaddrinfo(host, port, **details)
        if details.get("flags", 0) & socket.AI_PASSIVE:
            return found
        allowed = [entry for entry in found if not self.is_forbidden(entry[4][0])]
        if not allowed:
            raise OSError(f"{host} is not on the public internet")
        return allowed

    async def sock_connect(self, sock: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[:2] not in self.own and self.is_forbidden(address[0]):
            raise OSError(f"{address[0]} is not on the public internet")
        await super().sock_connect(sock, address)

    def is_forbidden(self, address: str) -> bool:
        return is_neighbour(address) or dialled(address) in {dialled(closed) for closed in self.closed}
