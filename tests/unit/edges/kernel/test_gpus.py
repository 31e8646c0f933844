import sys
from types import SimpleNamespace

import pytest

from nab.core.recording.resources import Gpu, GpuUse
from nab.edges.kernel import gpus


class Refused(Exception):
    """NVML's own kind of error."""


class Nvml:
    """As much of pynvml as we use: one GPU, and questions that can be made to fail."""

    NVMLError = Refused

    def __init__(self):
        self.failing = set()
        self.opened = 0
        self.computing = [(11, 100), (12, 200)]
        self.drawing = [(12, None), (13, None)]

    def answer(self, question, value):
        if question in self.failing:
            raise Refused(question)
        return value

    def nvmlInit(self):
        self.answer("init", None)
        self.opened += 1

    def nvmlShutdown(self):
        self.answer("shutdown", None)

    def nvmlDeviceGetCount(self):
        return self.answer("count", 1)

    def nvmlDeviceGetHandleByIndex(self, index):
        return self.answer("handle", index + 100)

    def nvmlDeviceGetUtilizationRates(self, _):
        return self.answer("busy", SimpleNamespace(gpu=40))

    def nvmlDeviceGetMemoryInfo(self, _):
        return self.answer("memory", SimpleNamespace(used=1000, total=5000))

    def nvmlDeviceGetTotalEnergyConsumption(self, _):
        return self.answer("energy", 1_234_567)

    def nvmlDeviceGetName(self, _):
        return self.answer("name", b"NVIDIA X")

    def nvmlDeviceGetComputeRunningProcesses(self, _):
        rows = [SimpleNamespace(pid=pid, usedGpuMemory=size) for pid, size in self.computing]
        return self.answer("computing", rows)

    def nvmlDeviceGetGraphicsRunningProcesses(self, _):
        rows = [SimpleNamespace(pid=pid, usedGpuMemory=size) for pid, size in self.drawing]
        return self.answer("drawing", rows)


@pytest.fixture
def nvml(monkeypatch):
    made = Nvml()
    monkeypatch.setitem(sys.modules, "pynvml", made)
    return made


def look():
    with gpus.watching() as watch:
        return watch(lambda pid: pid == 12)


def test_memory_is_counted_by_process_and_split_between_the_box_and_others(nvml):
    assert look() == (
        Gpu(
            index=0,
            busy_percent=40,
            memory_bytes=1000,
            memory_total_bytes=5000,
            name="NVIDIA X",
            box=GpuUse(processes=1, memory_bytes=200),
            other=GpuUse(processes=2, memory_bytes=100),
            energy_joules=1234.567,
        ),
    )


def test_no_driver_is_no_gpu_and_is_not_asked_again_at_every_look(nvml):
    nvml.failing = {"init"}
    with gpus.watching() as watch:
        assert [watch(gpus.nobody) for _ in range(3)] == [(), (), ()]
        nvml.failing = set()
        looks = [watch(gpus.nobody) for _ in range(gpus.AGAIN + 1)]

    assert looks[0] == () and len(looks[-1]) == 1 and nvml.opened == 1


@pytest.mark.parametrize(
    ("question", "missing"),
    [("busy", "busy_percent"), ("memory", "memory_bytes"), ("name", "name"), ("energy", "energy_joules")],
)
def test_a_counter_that_a_gpu_does_not_have_is_absent(nvml, question, missing):
    nvml.failing = {question}

    (gpu,) = look()
    assert getattr(gpu, missing) is None and gpu.index == 0


def test_processes_that_cannot_be_told_are_absent_and_not_none(nvml):
    nvml.failing = {"computing", "drawing"}
    (gpu,) = look()
    assert (gpu.box, gpu.other) == (None, None)

    nvml.failing, nvml.computing, nvml.drawing = set(), [], []
    (gpu,) = look()
    assert gpu.box == GpuUse(processes=0, memory_bytes=0)


def test_a_lost_gpu_is_still_counted_and_a_lost_driver_is_opened_again(nvml):
    nvml.failing = {"handle"}
    assert look() == (Gpu(index=0),)

    with gpus.watching() as watch:
        nvml.failing = {"count", "shutdown"}
        assert watch(gpus.nobody) == ()
        nvml.failing = set()
        looks = [watch(gpus.nobody) for _ in range(gpus.AGAIN + 1)]
    assert len(looks[-1]) == 1


def test_the_doctors_look_needs_no_box(nvml):
    assert len(gpus.look()) == 1
