"""What a service tells systemd of itself: that it is ready, that it lives, what it does. Elsewhere nobody listens."""

from __future__ import annotations

import socket
from contextlib import suppress

from nab.core.text import terminal
from nab.edges import process

SOCKET = "NOTIFY_SOCKET"


def ready(status: str) -> None:
    """Say that the service has started; from now on its watchdog runs."""
    tell("READY=1", status)


def alive(status: str) -> None:
    """Say that the service is not stuck, and what it is at."""
    tell("WATCHDOG=1", status)


def tell(assignment: str, status: str) -> None:
    """Send one datagram. One that cannot be sent is not worth a run: the silence is systemd's to notice."""
    address = process.environment(SOCKET)
    if not address:
        return
    abstract = address.startswith("@")
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        text = f"{assignment}\nSTATUS={terminal.one_line(' '.join(status.split()))}"
        out.sendto(text.encode(), f"\0{address[1:]}" if abstract else address)
