"""How much of what passed the agent's interface was counted as calls: what passes unseen shows here."""

from __future__ import annotations

import fcntl
import socket
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ADDRESS_OF = 0x8915  # SIOCGIFADDR
FRAME = 66  # bytes of Ethernet, IP and TCP with timestamps around what a packet carries
DEVICES = Path("/proc/net/dev")
COUNTERS = Path("/proc/net/snmp")


@dataclass(frozen=True)
class Traffic:
    """An interface's counters."""

    received: int = 0
    received_packets: int = 0
    sent: int = 0
    sent_packets: int = 0

    def since(self, before: Traffic) -> Traffic:
        return Traffic(
            self.received - before.received,
            self.received_packets - before.received_packets,
            self.sent - before.sent,
            self.sent_packets - before.sent_packets,
        )


@dataclass
class Counted:
    """What the proxy saw itself: bytes of headers and bodies, and connections."""

    request_bytes: int = 0
    response_bytes: int = 0
    calls: int = 0
    tunnels: int = 0
    connections: int = 0
    silent: int = 0
    lookups: int = 0


def interface_with(address: str) -> str | None:
    """Name the interface that has an address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        for _, name in socket.if_nameindex():
            try:
                answer = fcntl.ioctl(asked, ADDRESS_OF, struct.pack("256s", name.encode()[:15]))
            except OSError:
                continue  # it has no address
            if socket.inet_ntoa(answer[20:24]) == address:
                return name
    return None


def traffic(interface: str, table: str | None = None) -> Traffic:
    """Read an interface's counters out of /proc/net/dev."""
    text = DEVICES.read_text(encoding="ascii") if table is None else table
    for line in text.splitlines():
        name, colon, counters = line.partition(":")
        if colon and name.strip() == interface:
            row = [int(number) for number in counters.split()]
            return Traffic(row[0], row[1], row[8], row[9])
    return Traffic()


def turned_away(table: str | None = None) -> dict[str, int]:
    """Read what the kernel itself refused: TCP resets that it sent, and UDP that nobody listened for."""
    text = COUNTERS.read_text(encoding="ascii") if table is None else table
    rows = [line.split() for line in text.splitlines()]
    found = {
        f"{names[0]}{name}": int(value)
        for names, values in zip(rows[::2], rows[1::2], strict=False)
        for name, value in zip(names[1:], values[1:], strict=False)
    }
    return {"tcp_resets": found.get("Tcp:OutRsts", 0), "udp_unheard": found.get("Udp:NoPorts", 0)}


def fields(interface: str, passed: Traffic, counted: Counted) -> dict[str, Any]:
    """Return what a line of coverage says; all of it since the proxy began."""
    return {
        "interface": interface,
        "interface_rx": passed.received,
        "interface_tx": passed.sent,
        "counted_request": counted.request_bytes,
        "counted_response": counted.response_bytes,
        "request_ratio": ratio(counted.request_bytes, passed.received, passed.received_packets),
        "response_ratio": ratio(counted.response_bytes, passed.sent, passed.sent_packets),
        "calls": counted.calls,
        "tunnels": counted.tunnels,
        "connections": counted.connections,
        "silent": counted.silent,
        "lookups": counted.lookups,
    }


def ratio(counted: int, passed: int, packets: int) -> float | None:
    """Return which part of what the packets carried was counted; None when they carried nothing."""
    carried = passed - packets * FRAME
    return round(counted / carried, 4) if carried > 0 else None
