"""The kernel's own counters of a container, v1 and v2. `docker stats` is slow, and zero on some engines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nab.core import times
from nab.core.resources import Gpu, Sample
from nab.edges import clock

ROOT = Path("/sys/fs/cgroup")
NANO = 1e9
MICRO = 1e6


@dataclass(frozen=True)
class Group:
    """The folders that count for one container; on v2 they are all the same."""

    unified: bool
    folders: dict[str, Path]

    def text(self, controller: str, name: str) -> str:
        """Return a counter file's text, empty when this kernel has none."""
        folder = self.folders.get("" if self.unified else controller)
        try:
            return (folder / name).read_text(encoding="ascii") if folder else ""
        except OSError:
            return ""

    def number(self, controller: str, name: str) -> int | None:
        written = self.text(controller, name).strip()
        return int(written) if written.isdigit() else None

    def fields(self, controller: str, name: str) -> dict[str, int]:
        """Read a flat `key value` file."""
        rows = [line.split() for line in self.text(controller, name).splitlines()]
        return {row[0]: int(row[1]) for row in rows if len(row) == 2 and row[1].isdigit()}


def group(pid: int, root: Path = ROOT, proc: Path = Path("/proc")) -> Group | None:
    """Find the cgroup of a process; None when the process is gone."""
    try:
        lines = (proc / str(pid) / "cgroup").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    unified = (root / "cgroup.controllers").exists()
    folders: dict[str, Path] = {}
    for line in lines:
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):
            folders[controller] = root / ("" if unified else controller) / path.lstrip("/")
    return Group(unified, folders)


def sample(found: Group, gpus: tuple[Gpu, ...] = ()) -> Sample | None:
    """Read the counters now; None when the container is gone."""
    read = unified(found, gpus) if found.unified else legacy(found, gpus)
    return read if read.processes else None


def unified(found: Group, gpus: tuple[Gpu, ...]) -> Sample:
    """Read cgroup v2."""
    io = [field.split("=") for line in found.text("", "io.stat").splitlines() for field in line.split()[1:]]
    memory = found.number("", "memory.current") or 0
    return Sample(
        time=times.text(clock.now()),
        cpu_seconds=found.fields("", "cpu.stat").get("usage_usec", 0) / MICRO,
        memory_bytes=memory,
        memory_peak_bytes=found.number("", "memory.peak") or memory,
        processes=found.number("", "pids.current") or 0,
        oom_kills=found.fields("", "memory.events").get("oom_kill"),
        read_bytes=sum(int(value) for key, value in io if key == "rbytes"),
        written_bytes=sum(int(value) for key, value in io if key == "wbytes"),
        gpus=gpus,
    )


def legacy(found: Group, gpus: tuple[Gpu, ...]) -> Sample:
    """Read cgroup v1."""
    moved = [line.split() for line in found.text("blkio", "blkio.throttle.io_service_bytes").splitlines()]
    memory = found.number("memory", "memory.usage_in_bytes") or 0
    return Sample(
        time=times.text(clock.now()),
        cpu_seconds=(found.number("cpuacct", "cpuacct.usage") or 0) / NANO,
        memory_bytes=memory,
        memory_peak_bytes=found.number("memory", "memory.max_usage_in_bytes") or memory,
        processes=found.number("pids", "pids.current") or 0,
        oom_kills=found.fields("memory", "memory.oom_control").get("oom_kill"),
        read_bytes=sum(int(row[2]) for row in moved if len(row) == 3 and row[1] == "Read"),
        written_bytes=sum(int(row[2]) for row in moved if len(row) == 3 and row[1] == "Write"),
        gpus=gpus,
    )
