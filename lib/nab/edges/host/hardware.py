"""What this machine is made of, read from the kernel: nothing is asked that takes long or can hang."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

CPUS, RELEASE = Path("/proc/cpuinfo"), Path("/etc/os-release")
NVIDIA, UNIFIED = Path("/proc/driver/nvidia"), Path("/sys/fs/cgroup/cgroup.controllers")
LONGEST = 200  # characters of a name
DRIVER = re.compile(r"Kernel Module(?:\s+for\s+\S+)?\s+(\d[\w.]*)")


def cpu() -> str:
    """Return the model of the CPU; where the kernel names none, the machine's kind."""
    return field(CPUS, "model name", ":") or platform.machine()


def cores() -> int:
    """Return how many CPUs the kernel runs."""
    return os.cpu_count() or 0


def kernel() -> str:
    return platform.release()


def system() -> str:
    """Return the name of the distribution."""
    return field(RELEASE, "PRETTY_NAME", "=").strip("\"'")


def cgroups() -> int:
    """Return the version of cgroups; a machine with both counts by the older one."""
    return 2 if UNIFIED.exists() else 1


def nvidia() -> tuple[tuple[str, ...], str]:
    """Return the names of NVIDIA's GPUs, and the driver's version; nothing where there is no driver.

    Read from the driver's own files: opening NVML wakes a GPU that sleeps.
    """
    places = sorted(NVIDIA.glob("gpus/*/information"))
    found = DRIVER.search(text(NVIDIA / "version"))
    return tuple(field(place, "Model", ":") for place in places), found[1] if found else ""


def field(path: Path, name: str, sign: str) -> str:
    """Return what a file of lines `name: value` says first of a name; nothing where it does not."""
    for line in text(path).splitlines():
        key, found, value = line.partition(sign)
        if found and key.strip() == name:
            return value.strip()[:LONGEST]
    return ""


def text(path: Path) -> str:
    """Read a small file; nothing where it is not there."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
