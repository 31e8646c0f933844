"""One look at what a box uses."""

from __future__ import annotations

import msgspec


class Gpu(msgspec.Struct, frozen=True):
    """One GPU of the machine, as NVML counts it: busy in percent, memory in bytes."""

    index: int
    busy_percent: int
    memory_bytes: int


class Sample(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a box's cgroup has counted so far; sizes in bytes, `cpu_seconds` since its start.

    A counter that this kernel does not keep is absent; so is `gpus` where there is none.
    """

    time: str
    cpu_seconds: float
    memory_bytes: int
    memory_peak_bytes: int
    processes: int
    oom_kills: int | None = None
    read_bytes: int | None = None
    written_bytes: int | None = None
    gpus: tuple[Gpu, ...] = ()
