"""The kernel's own counters of a container, v1 and v2. `docker stats` is slow, and zero on some engines."""

from __future__ import annotations

from typing import TypedDict

from nab.core.recording.resources import Gpu, Sample
from nab.core.text import times
from nab.edges import clock
from nab.edges.kernel import net_counters
from nab.edges.kernel.cgroup_folders import Group, group

__all__ = ["Group", "group", "oom_kills", "sample"]

NANO, MICRO = 1e9, 1e6


def sample(
    found: Group, gpus: tuple[Gpu, ...] = (), *, started: bool = False, last: bool = False
) -> Sample | None:
    """Read the counters now; None when the container is gone."""
    if not any(folder.is_dir() for folder in found.folders.values()):
        return None
    return Sample(
        time=times.text(clock.now()),
        started=started,
        last=last,
        gpus=gpus,
        **memory(found),
        **processes(found),
        **processor(found),
        **disk(found),
        **net_counters.network(found.pid, found.proc),
    )


def oom_kills(found: Group) -> int | None:
    """Return how often the kernel killed for lack of memory."""
    if "memory" in found.folders:
        return found.fields("memory.oom_control", "memory").get("oom_kill")
    return found.fields("memory.events").get("oom_kill")


class Memory(TypedDict):
    memory_bytes: int | None
    memory_peak_bytes: int | None
    memory_limit_bytes: int | None
    memory_limit_hits: int | None
    out_of_memory: int | None
    oom_kills: int | None


def memory(found: Group) -> Memory:
    """Read the memory's counters. The page cache is in `memory_bytes`, as the limit counts it too."""
    if "memory" in found.folders:
        now = found.number("memory.usage_in_bytes", "memory")
        peak = found.number("memory.max_usage_in_bytes", "memory")
        limit = found.number("memory.limit_in_bytes", "memory")
        hits, ooms = found.number("memory.failcnt", "memory"), None
    else:
        events = found.fields("memory.events")
        now, peak = found.number("memory.current"), found.number("memory.peak")
        limit, hits = found.number("memory.max"), events.get("max")
        ooms = events.get("oom")
    return Memory(
        memory_bytes=now,
        memory_peak_bytes=now if peak is None else peak,  # v2 before Linux 5.19 keeps none
        memory_limit_bytes=limit,
        memory_limit_hits=hits,
        out_of_memory=ooms,
        oom_kills=oom_kills(found),
    )


class Processes(TypedDict):
    processes: int
    processes_limit: int | None
    processes_peak: int | None
    processes_refused: int | None


def processes(found: Group) -> Processes:
    """Read the count of processes and threads."""
    controller = "pids" if "pids" in found.folders else ""
    now = found.number("pids.current", controller)
    return Processes(
        processes=len(found.text("cgroup.procs", controller).split()) if now is None else now,
        processes_limit=found.number("pids.max", controller),
        processes_peak=found.number("pids.peak", controller),
        processes_refused=found.fields("pids.events", controller).get("max"),
    )


class Processor(TypedDict):
    cpu_seconds: float
    cpu_limit: float | None
    cpu_throttled_seconds: float | None
    cpu_throttled_periods: int | None


def processor(found: Group) -> Processor:
    """Read the processor's counters; the limit is in processors."""
    legacy = "cpu" in found.folders
    counted = found.fields("cpu.stat", "cpu" if legacy else "")
    seconds = cpu_seconds(found)
    if legacy:
        quota, period = found.number("cpu.cfs_quota_us", "cpu"), found.number("cpu.cfs_period_us", "cpu")
        throttled = counted.get("throttled_time", 0) / NANO
    else:
        quota, period = (
            int(part) if part.isdigit() else None for part in [*found.text("cpu.max").split(), "", ""][:2]
        )
        throttled = counted.get("throttled_usec", 0) / MICRO
    return Processor(
        cpu_seconds=seconds,
        cpu_limit=quota / period if quota and period else None,
        cpu_throttled_seconds=throttled if "nr_throttled" in counted else None,
        cpu_throttled_periods=counted.get("nr_throttled"),
    )


def cpu_seconds(found: Group) -> float:
    """Read the CPU seconds of all that ever ran in the container."""
    if "cpuacct" in found.folders:
        return (found.number("cpuacct.usage", "cpuacct") or 0) / NANO
    return found.fields("cpu.stat", "cpu" if "cpu" in found.folders else "").get("usage_usec", 0) / MICRO


class Disk(TypedDict):
    read_bytes: int | None
    written_bytes: int | None


def disk(found: Group) -> Disk:
    """Read the bytes that went to and came from disks, of all of them together."""
    if "blkio" in found.folders:
        rows = [line.split() for line in found.text("blkio.throttle.io_service_bytes", "blkio").splitlines()]
        moved = [(row[1].lower(), int(row[2])) for row in rows if len(row) == 3 and row[2].isdigit()]
        names, kept = ("read", "write"), bool(rows)
    else:
        fields = [part.partition("=") for line in found.text("io.stat").splitlines() for part in line.split()]
        moved = [(key, int(value)) for key, _, value in fields if value.isdigit()]
        names, kept = ("rbytes", "wbytes"), exists(found, "io.stat")
    read, written = (sum(size for key, size in moved if key == name) for name in names)
    return Disk(read_bytes=read if kept else None, written_bytes=written if kept else None)


def exists(found: Group, name: str) -> bool:
    """Say whether v2 keeps this counter here; an empty io.stat means nothing moved yet."""
    folder = found.folders.get("")
    return folder is not None and (folder / name).exists()
