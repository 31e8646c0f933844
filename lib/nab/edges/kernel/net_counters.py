"""What went in and out of a container, read in its own network namespace from outside."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict


class Network(TypedDict):
    received_bytes: int | None
    received_packets: int | None
    sent_bytes: int | None
    sent_packets: int | None


NOTHING = Network(received_bytes=None, received_packets=None, sent_bytes=None, sent_packets=None)


def network(pid: int, proc: Path = Path("/proc")) -> Network:
    """Add up the interfaces of a process but loopback; nothing when the process is gone."""
    try:
        written = (proc / str(pid) / "net/dev").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return NOTHING
    rows = [line.partition(":") for line in written if ":" in line]
    counts = [[int(count) for count in rest.split()] for name, _, rest in rows if name.strip() != "lo"]
    if not rows:
        return NOTHING
    received_bytes, received_packets, sent_bytes, sent_packets = (
        sum(count[column] for count in counts) for column in (0, 1, 8, 9)
    )
    return Network(
        received_bytes=received_bytes,
        received_packets=received_packets,
        sent_bytes=sent_bytes,
        sent_packets=sent_packets,
    )
