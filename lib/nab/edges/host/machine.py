"""What this machine is like: its Python, its CPUs and memory, room on its disk, its clock."""

from __future__ import annotations

import ctypes
import os
import platform
import re
import socket
import sys
from pathlib import Path

from nab.core.errors import NabError
from nab.core.runs.capacity import Capacity
from nab.core.upkeep.disks import Disk
from nab.edges import process

TIMEX_BYTES = 512  # more than struct timex takes
NOT_SYNCHRONISED = 5
ANSWER_SECONDS = 5.0


def python_version() -> tuple[int, int, int]:
    """Return the version of the Python that runs this."""
    return sys.version_info[0], sys.version_info[1], sys.version_info[2]


def architecture() -> str:
    """Return the machine's kind as the kernel names it: x86_64."""
    return platform.machine()


def name() -> str:
    """Return the machine's name, of letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", socket.gethostname().lower()).strip("-") or "unnamed"


def environment_folder() -> Path | None:
    """Return the virtual environment that this runs in, or None."""
    return Path(sys.prefix) if sys.prefix != sys.base_prefix else None


def capacity() -> Capacity:
    """Return the CPUs that programs of ours may run on, and the memory in GiB, cut to hundredths."""
    import psutil

    return Capacity(len(os.sched_getaffinity(0)), psutil.virtual_memory().total * 100 // 2**30 / 100)


def disk(what: str, folder: Path) -> Disk:
    """Look at the disk that holds a folder. Raises OSError. A file system that counts no files tells of none."""
    found = os.statvfs(folder)
    return Disk(what, str(folder), found.f_bavail * found.f_frsize, found.f_favail if found.f_files else None)


def is_going_down() -> bool:
    """Say whether systemd is ending what runs on this machine, to halt it or to start it anew."""
    try:
        said = process.run("systemctl", "is-system-running", check=False, timeout=ANSWER_SECONDS)
    except NabError:  # there is none, or it does not answer
        return False
    return said.stdout.strip() == "stopping"


def addresses() -> tuple[str, ...]:
    """Return the addresses of this machine's own interfaces, IPv4 and IPv6."""
    import psutil

    families = {socket.AF_INET, socket.AF_INET6}
    found = (one for card in psutil.net_if_addrs().values() for one in card if one.family in families)
    return tuple(sorted({one.address.partition("%")[0] for one in found}))


def clock_is_synchronised() -> bool:
    """Ask the kernel whether something keeps its clock in time (adjtimex)."""
    return int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(TIMEX_BYTES))) != NOT_SYNCHRONISED
