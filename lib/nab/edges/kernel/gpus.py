"""The machine's NVIDIA GPUs through NVML. No GPU is a value, not an error, and so is one that stops answering."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from nab.core.recording.resources import Gpu, GpuUse

T = TypeVar("T")
MILLIJOULES = 1000  # of a joule, in which NVML counts
AGAIN = 30  # looks until a driver that did not answer is asked again


def nobody(_: int) -> bool:
    return False


def look() -> tuple[Gpu, ...]:
    """Return every GPU as it is now; none when there is no driver."""
    with watching() as watch:
        return watch(nobody)


@contextmanager
def watching() -> Iterator[Callable[[Callable[[int], bool]], tuple[Gpu, ...]]]:
    """Keep the driver open, which takes long to open, and give a function that looks at every GPU.

    It is told which processes are the box's.
    """
    driver = Driver()
    try:
        yield driver.look
    finally:
        driver.close()


class Driver:
    """An open NVML, or one that is tried again now and then."""

    def __init__(self) -> None:
        self.is_open = False
        self.wait = 0

    def look(self, is_box: Callable[[int], bool]) -> tuple[Gpu, ...]:
        """Return every GPU as it is now."""
        import pynvml

        if not self.open():
            return ()
        try:
            count = pynvml.nvmlDeviceGetCount()
        except pynvml.NVMLError:
            self.close()
            return ()
        return tuple(one(index, is_box) for index in range(count))

    def open(self) -> bool:
        """Open NVML unless it is open, or did not open lately."""
        import pynvml

        self.wait -= 1
        if not self.is_open and self.wait <= 0:
            with suppress(pynvml.NVMLError):
                pynvml.nvmlInit()
                self.is_open = True
            self.wait = AGAIN
        return self.is_open

    def close(self) -> None:
        """Close NVML; a lost GPU may need it opened again."""
        import pynvml

        if self.is_open:
            with suppress(pynvml.NVMLError):
                pynvml.nvmlShutdown()
        self.is_open, self.wait = False, AGAIN


def one(index: int, is_box: Callable[[int], bool] = nobody) -> Gpu:
    """Read one GPU. What it does not tell is absent: a lost one has nothing but its index."""
    import pynvml

    handle = asked(lambda: pynvml.nvmlDeviceGetHandleByIndex(index))
    if handle is None:
        return Gpu(index=index)
    memory = asked(lambda: pynvml.nvmlDeviceGetMemoryInfo(handle))
    box, other = users(handle, is_box)
    return Gpu(
        index=index,
        busy_percent=asked(lambda: int(pynvml.nvmlDeviceGetUtilizationRates(handle).gpu)),
        memory_bytes=int(memory.used) if memory else None,
        memory_total_bytes=int(memory.total) if memory else None,
        name=asked(lambda: text(pynvml.nvmlDeviceGetName(handle))),
        box=box,
        other=other,
        energy_joules=asked(lambda: int(pynvml.nvmlDeviceGetTotalEnergyConsumption(handle)) / MILLIJOULES),
    )


def users(handle: Any, is_box: Callable[[int], bool]) -> tuple[GpuUse | None, GpuUse | None]:
    """Return who uses a GPU: the box and all others. A process that computes and draws counts once."""
    import pynvml

    computing = asked(lambda: list(pynvml.nvmlDeviceGetComputeRunningProcesses(handle)))
    drawing = asked(lambda: list(pynvml.nvmlDeviceGetGraphicsRunningProcesses(handle)))
    if computing is None and drawing is None:
        return None, None
    held: dict[int, int | None] = {}
    for process in (drawing or []) + (computing or []):
        held[process.pid] = max_known(held.get(process.pid), process.usedGpuMemory)
    ours = {pid: size for pid, size in held.items() if is_box(pid)}
    return use(ours), use({pid: size for pid, size in held.items() if pid not in ours})


def use(held: dict[int, int | None]) -> GpuUse:
    """Add up processes."""
    known = [size for size in held.values() if size is not None]
    return GpuUse(processes=len(held), memory_bytes=sum(known) if known or not held else None)


def max_known(one: int | None, two: int | None) -> int | None:
    return max((size for size in (one, two) if size is not None), default=None)


def text(written: str | bytes) -> str:
    return written.decode(errors="replace") if isinstance(written, bytes) else written


def asked(question: Callable[[], T]) -> T | None:
    """Return NVML's answer; None when this GPU, driver or moment has none."""
    import pynvml

    try:
        return question()
    except pynvml.NVMLError:
        return None
