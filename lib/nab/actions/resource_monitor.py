"""Sample what a box uses while it runs."""

from __future__ import annotations

import msgspec

from nab.actions.bench import Bench
from nab.core.resources import Sample
from nab.edges import cgroups, clock, files, gpus, locks
from nab.paths import RunPaths

DUTY = "resource-monitor"


def monitor(bench: Bench, run: str) -> None:
    """Append a sample every so often until the box ends. Raises NabError (busy) when the run has a monitor."""
    with locks.held(bench.run(run).lock(DUTY), what=f"the resource monitor of {run}"):
        box = bench.agent_box(run)
        group = cgroups.group(box.pid) if box and box.running else None
        if group:
            clock.every(bench.config.settings.recording.resources_every, lambda: look(bench.run(run), group))


def look(paths: RunPaths, group: cgroups.Group) -> bool:
    """Append one sample; returns False once the box is gone."""
    sample = cgroups.sample(group, gpus.look())
    if sample is None:
        return False
    files.append_line(paths.resources, msgspec.json.encode(sample))
    return True


def samples(paths: RunPaths) -> list[Sample]:
    """Read the samples of a run; a last line that was cut off is left out."""
    if not paths.resources.exists():
        return []
    *lines, _ = paths.resources.read_bytes().split(b"\n")
    return [msgspec.json.decode(line, type=Sample) for line in lines]


def oom_kills(paths: RunPaths) -> int | None:
    """Return how often the kernel killed for lack of memory, as last seen; None if nothing was sampled."""
    counted = [sample.oom_kills for sample in samples(paths) if sample.oom_kills is not None]
    return max(counted, default=None)
