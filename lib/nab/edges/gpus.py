"""The machine's NVIDIA GPUs through NVML. No GPU is a value, not an error."""

from __future__ import annotations

from nab.core.resources import Gpu


def look() -> tuple[Gpu, ...]:
    """Return every GPU as it is now; none when there is no driver."""
    import pynvml

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return ()
    try:
        return tuple(one(index) for index in range(pynvml.nvmlDeviceGetCount()))
    finally:
        pynvml.nvmlShutdown()


def one(index: int) -> Gpu:
    """Read one GPU."""
    import pynvml

    handle = pynvml.nvmlDeviceGetHandleByIndex(index)
    busy = pynvml.nvmlDeviceGetUtilizationRates(handle).gpu
    return Gpu(
        index=index, busy_percent=int(busy), memory_bytes=int(pynvml.nvmlDeviceGetMemoryInfo(handle).used)
    )
