"""One look at what a box uses, and what many looks add up to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

from nab.core.text import times


class GpuUse(msgspec.Struct, frozen=True, omit_defaults=True):
    """Processes on a GPU and the bytes they hold; the driver does not always tell the bytes."""

    processes: int = 0
    memory_bytes: int | None = None


class Gpu(msgspec.Struct, frozen=True, omit_defaults=True):
    """One GPU of the machine, as NVML counts it: busy in percent, memory in bytes. What it does not tell is absent.

    `box` are the processes of our box, `other` everybody else's.
    """

    index: int
    busy_percent: int | None = None
    memory_bytes: int | None = None
    memory_total_bytes: int | None = None
    name: str | None = None
    box: GpuUse | None = None
    other: GpuUse | None = None
    energy_joules: float | None = None  # of the whole device, since its driver was loaded


class Sample(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What a box's cgroup has counted so far; sizes in bytes, `cpu_seconds` since its start.

    A counter that this kernel does not keep is absent; so is `gpus` where there is none.
    """

    time: str
    cpu_seconds: float
    processes: int
    memory_bytes: int | None = None
    memory_peak_bytes: int | None = None
    started: bool = False
    last: bool = False
    cpu_limit: float | None = None
    cpu_throttled_seconds: float | None = None
    cpu_throttled_periods: int | None = None
    memory_limit_bytes: int | None = None
    memory_limit_hits: int | None = None
    out_of_memory: int | None = None
    oom_kills: int | None = None
    read_bytes: int | None = None
    written_bytes: int | None = None
    processes_limit: int | None = None
    processes_peak: int | None = None
    processes_refused: int | None = None
    received_bytes: int | None = None
    received_packets: int | None = None
    sent_bytes: int | None = None
    sent_packets: int | None = None
    disk_bytes: int | None = None
    disk_files: int | None = None
    disk_unseen: int | None = None
    gpus: tuple[Gpu, ...] = ()


class Gap(msgspec.Struct, frozen=True):
    """A time that nobody sampled; `restarted` when another monitor began after it."""

    begins: str
    ends: str
    seconds: float
    restarted: bool


class ResourceSummary(msgspec.Struct, frozen=True):
    """What a run used, as far as it was sampled.

    `gpu_busy_seconds` of all GPUs, `gpu_held_seconds` by the box; `gpu_energy_joules` of those that the box held, while
    it did, whoever else used them; None where no GPU that it held tells it.
    """

    samples: int
    cpu_seconds: float
    memory_peak_bytes: int
    processes_peak: int
    oom_kills: int | None
    read_bytes: int
    written_bytes: int
    received_bytes: int
    sent_bytes: int
    gpu_busy_seconds: float
    gpu_held_seconds: float
    gpu_energy_joules: float | None
    gaps: tuple[Gap, ...]


def gaps(samples: Sequence[Sample], period: float, ended: str | None = None) -> tuple[Gap, ...]:
    """Return where a sample that was due is missing: more than two periods between two of them.

    `ended`, when the box did, closes the record of a monitor that did not live to see it.
    """
    found = [between(before.time, after.time, after.started) for before, after in pairwise(samples)]
    if ended and samples and not samples[-1].last:
        found.append(between(samples[-1].time, ended, restarted=False))
    return tuple(gap for gap in found if gap.seconds > 2 * period)


def between(begins: str, ends: str, restarted: bool) -> Gap:
    """Return the time between two instants."""
    seconds = (times.parse(ends) - times.parse(begins)).total_seconds()
    return Gap(begins=begins, ends=ends, seconds=round(seconds, 3), restarted=restarted)


def grown(counts: Iterable[float | None]) -> float:
    """Add up a counter that begins again at 0 when the box is started again."""
    total, before = 0.0, 0.0
    for count in counts:
        if count is not None:
            total += count - before if count >= before else count
            before = count
    return total


def oom_kills(samples: Iterable[Sample]) -> int | None:
    """Return how often the kernel killed for lack of memory; None where that was never counted."""
    counted = [sample.oom_kills for sample in samples if sample.oom_kills is not None]
    return int(grown(counted)) if counted else None


def starved(samples: Sequence[Sample]) -> bool:
    """Say whether the kernel killed in a box that had not used up its own memory: the machine had none left.

    Counted since the last start of the box. Where nothing was counted, the box's own limit is taken for the reason.
    """
    last = next((one for one in reversed(samples) if one.oom_kills is not None), None)
    if last is None or not last.oom_kills:
        return False
    own = last.memory_limit_hits if last.out_of_memory is None else last.out_of_memory
    return own == 0


def gpu_seconds(samples: Sequence[Sample], period: float) -> tuple[float, float]:
    """Return for how long the GPUs were busy, and for how long the box held any; of a gap two periods count."""
    busy = held = 0.0
    for before, after in pairwise(samples):
        seconds = min(between(before.time, after.time, restarted=False).seconds, 2 * period)
        for gpu in after.gpus:
            busy += (gpu.busy_percent or 0) / 100 * seconds
            held += seconds if gpu.box and gpu.box.processes else 0
    return round(busy, 3), round(held, 3)


def gpu_energy(samples: Sequence[Sample]) -> float | None:
    """Return the joules of the GPUs that the box held; a counter that begins anew counts from there."""
    total: float | None = None
    for before, after in pairwise(samples):
        counted = {gpu.index: gpu.energy_joules for gpu in before.gpus}
        for gpu in own_gpus(after).gpus:
            earlier = counted.get(gpu.index)
            if gpu.energy_joules is not None and earlier is not None:
                total = (total or 0.0) + max(0.0, gpu.energy_joules - earlier)
    return None if total is None else round(total, 3)


def used_between(
    samples: Sequence[Sample], since: str, began: str, period: float
) -> tuple[float | None, float | None]:
    """Return the CPU seconds since an instant, and the busy seconds of GPUs that the box was on since its turn began.

    Each is None where nothing was sampled. CPU is from the last sample before `since` on, so that no second falls
    between two turns; a paused box uses none.
    """
    before = [sample for sample in samples if times.parse(sample.time) <= times.parse(since)][-1:]
    after = samples[len(samples) - sum(times.parse(one.time) > times.parse(since) for one in samples) :]
    in_turn = [own_gpus(one) for one in after if times.parse(one.time) >= times.parse(began)]
    cpu = grown(one.cpu_seconds for one in (*before, *after)) - sum(one.cpu_seconds for one in before)
    gpu = gpu_seconds(in_turn, period)[0] if any(one.gpus for one in after) else None
    return (round(cpu, 6) if after else None), gpu


def own_gpus(sample: Sample) -> Sample:
    """Return the sample with only those GPUs that the box has processes on."""
    own = tuple(gpu for gpu in sample.gpus if gpu.box and gpu.box.processes)
    return msgspec.structs.replace(sample, gpus=own)


def summary(samples: Sequence[Sample], period: float, ended: str | None = None) -> ResourceSummary:
    """Add up the samples of a run."""
    busy, held = gpu_seconds(samples, period)
    return ResourceSummary(
        samples=len(samples),
        cpu_seconds=round(grown(sample.cpu_seconds for sample in samples), 6),
        memory_peak_bytes=max((sample.memory_peak_bytes or 0 for sample in samples), default=0),
        processes_peak=max((sample.processes_peak or sample.processes for sample in samples), default=0),
        oom_kills=oom_kills(samples),
        read_bytes=int(grown(sample.read_bytes for sample in samples)),
        written_bytes=int(grown(sample.written_bytes for sample in samples)),
        received_bytes=int(grown(sample.received_bytes for sample in samples)),
        sent_bytes=int(grown(sample.sent_bytes for sample in samples)),
        gpu_busy_seconds=busy,
        gpu_held_seconds=held,
        gpu_energy_joules=gpu_energy(samples),
        gaps=gaps(samples, period, ended),
    )
