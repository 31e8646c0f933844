"""Who in a box holds which connection to the outside, which is the proxy: the kernel's tables, read from the host."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from nab.edges.kernel.cgroup_folders import Group

TABLE_BYTES = 1 << 20
MOST_FILES = 20_000  # that one look for an owner goes through
LIVES = {b"01", b"02", b"04", b"05", b"08"}  # established, or about to begin or to end, with an owner
LOOPBACK = {"tcp": (b"7F",), "tcp6": (b"0" * 24 + b"01000000", b"FFFF00000100007F")}  # by their last digits


def open_now(group: Group) -> dict[int, int]:
    """Return the box's connections to the outside: the local port of each, and the kernel's number of its socket."""
    return {port: inode for table in LOOPBACK for port, inode in connections(group, table)}


def connections(group: Group, table: str) -> Iterator[tuple[int, int]]:
    """Yield local port and socket from one of the kernel's tables; nothing when the box is gone."""
    for line in whole(f"{group.proc}/{group.pid}/net/{table}").splitlines()[1:]:
        fields = line.split()
        if len(fields) < 10 or fields[3] not in LIVES or fields[9] == b"0":
            continue
        address, _, _ = fields[2].partition(b":")
        if not (address.endswith(LOOPBACK[table]) or set(address) == {ord("0")}):
            yield int(fields[1].rpartition(b":")[2], 16), int(fields[9])


def holders(group: Group, pids: Iterable[int], sockets: set[int]) -> dict[int, set[int]]:
    """Find the processes that hold these sockets. One that we may not look into is not among them."""
    wanted = {f"socket:[{number}]": number for number in sockets}
    found: dict[int, set[int]] = {}
    left = MOST_FILES
    for pid in pids:
        folder = f"{group.proc}/{pid}/fd"
        try:
            files = os.listdir(folder)  # noqa: PTH208 - a thousand of them, and only their names
        except OSError:
            continue
        for file in files[:left]:
            number = wanted.get(link(f"{folder}/{file}"))
            if number is not None:
                found.setdefault(number, set()).add(pid)
        left -= len(files)
        if left <= 0:
            break
    return found


def whole(path: str) -> bytes:
    """Read a table, which the kernel gives in pieces; as far as it goes when its process ends meanwhile."""
    try:
        with Path(path).open("rb", buffering=0) as table:
            found = b""
            while len(found) < TABLE_BYTES and (piece := table.read(1 << 16)):
                found += piece
            return found
    except OSError:
        return b""


def link(path: str) -> str:
    try:
        return os.readlink(path)  # noqa: PTH115 - a thousand of them
    except OSError:
        return ""
