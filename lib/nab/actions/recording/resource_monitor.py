"""Sample what a box uses while it runs."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

import msgspec

from nab.actions.bench import Bench
from nab.actions.disks.meter import Meter
from nab.core.errors import FAILED, NabError
from nab.core.recording import resources
from nab.core.recording.resources import Gpu, Sample
from nab.core.text import times
from nab.edges import clock
from nab.edges.docker import boxes
from nab.edges.files import files, locks
from nab.edges.kernel import cgroups, gpus, pidfds
from nab.paths import RunPaths

DUTY = "resource-monitor"
KNOWN_WITHIN_SECONDS = 30.0
GLANCE_SECONDS = 1.0  # between two looks at the counter of kills, so that a burst of them is on record


def monitor(bench: Bench, run: str) -> None:
    """Append a sample every so often until the box ends. Raises NabError (busy) when the run has a monitor."""
    with locks.held(bench.run(run).lock(DUTY), what=f"the resource monitor of {run}"):
        box = bench.agent_box(run)
        if box and box.running:
            every = bench.config.settings.recording.resources_every
            follow(bench.run(run), box, every)
            note_unseen_end(bench, run, box)


def follow(paths: RunPaths, box: boxes.Box, every: float) -> None:
    """Sample a box to its end. The last sample is taken when its first process has ended and its cgroup has not."""
    with pidfds.opened(box.pid) as life, gpus.watching() as look_at_gpus:
        group = cgroups.group(box.pid)
        if life is None or group is None:
            return
        meter = Meter(paths)
        note = partial(append, meter, group)
        kills, due = note(look_at_gpus(group.holds), started=True), clock.monotonic() + every
        while not pidfds.ended_within(life, min(GLANCE_SECONDS, due - clock.monotonic())):
            meter.go_on()
            locks.look()
            if clock.monotonic() >= due or cgroups.oom_kills(group) != kills:
                kills = note(look_at_gpus(group.holds))
                due = max(due + every, clock.monotonic()) if clock.monotonic() >= due else due
        note(last=True)


def append(
    meter: Meter,
    group: cgroups.Group,
    seen: tuple[Gpu, ...] = (),
    *,
    started: bool = False,
    last: bool = False,
) -> int | None:
    """Append one sample, unless the box is gone already. Returns the kills for lack of memory so far."""
    sample = cgroups.sample(group, seen, started=started, last=last)
    if sample:
        used = meter.used()
        if used:
            sample = msgspec.structs.replace(
                sample,
                disk_bytes=used.room.bytes,
                disk_files=used.room.files,
                disk_unseen=used.unseen or None,
            )
        files.append_line(meter.paths.resources, msgspec.json.encode(sample))
    return sample.oom_kills if sample else None


def note_unseen_end(bench: Bench, run: str, box: boxes.Box) -> None:
    """Put the end of a box on record that no sample has, with the counters as they were last seen.

    What ends a box takes its counters along, sooner than a busy machine lets us look: systemd removes the group of a
    box at once (v2), a first process that is killed for lack of memory goes with it. The engine tells of such a kill.
    """
    found = samples(bench.run(run))
    if found and not found[-1].last:
        end = after(found[-1], killed=not found[-1].oom_kills and is_killed(bench, box))
        files.append_line(bench.run(run).resources, msgspec.json.encode(end))


def after(before: Sample, *, killed: bool) -> Sample:
    """Return a last sample that nobody could take. What the kernel counted of a kill that nobody saw is not known."""
    now = times.text(clock.now())
    if killed:
        return Sample(time=now, cpu_seconds=before.cpu_seconds, processes=0, last=True, oom_kills=1)
    return msgspec.structs.replace(before, time=now, processes=0, started=False, last=True, gpus=())


def is_killed(bench: Bench, box: boxes.Box) -> bool:
    """Wait until the engine knows of the end of a box, and say whether it was a kill for lack of memory."""
    boxes.ended_within(bench.engine, box.id, KNOWN_WITHIN_SECONDS)
    ended = boxes.inspect(bench.engine, box.id)
    return ended is not None and ended.started_at == box.started_at and ended.oom_killed


def once(bench: Bench, run: str) -> str:
    """Return one sample as JSON and write nothing. Raises NabError when the run's box does not run."""
    box = bench.agent_box(run)
    group = cgroups.group(box.pid) if box and box.running else None
    sample = group and cgroups.sample(group)
    if not group or not sample:
        raise NabError(f"no box of {run} is running", hint="make status", exit_code=FAILED)
    with gpus.watching() as look_at_gpus:
        whole = msgspec.structs.replace(sample, gpus=look_at_gpus(group.holds))
    return msgspec.json.encode(whole).decode()


def samples(paths: RunPaths) -> list[Sample]:
    """Read the samples of a run; a line that a killed monitor left unfinished is left out."""
    found = []
    for _, line in files.lines_after(paths.resources, 0):
        with suppress(msgspec.DecodeError):
            found.append(msgspec.json.decode(line, type=Sample))
    return found


def oom_kills(paths: RunPaths) -> int | None:
    """Return how often the kernel killed for lack of memory, as last seen; None if nothing was sampled."""
    return resources.oom_kills(samples(paths))
