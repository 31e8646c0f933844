"""Sample what a box uses while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from functools import partial

import msgspec

from nab.actions.bench import Bench
from nab.actions.disks import watch
from nab.actions.disks.meter import Meter
from nab.config import Recording
from nab.core.errors import FAILED, NabError
from nab.core.recording import resources
from nab.core.recording.resources import Sample
from nab.core.recording.segments import SegmentLimits
from nab.core.text import times
from nab.edges import clock
from nab.edges.docker import boxes
from nab.edges.files import locks, records
from nab.edges.kernel import cgroups, gpus, pidfds
from nab.paths import RunPaths

DUTY = "resource-monitor"
GLANCE_SECONDS = 1.0  # between two looks at the counter of kills, so that a burst of them is on record


def monitor(bench: Bench, run: str) -> None:
    """Append a sample every so often until the box ends. Raises NabError (busy) when the run has a monitor."""
    with locks.held(bench.run(run).lock(DUTY), what=f"the resource monitor of {run}"):
        box = bench.agent_box(run)
        if box and box.running:
            follow(bench.run(run), box, bench.config.settings.recording)
            note_unseen_end(bench, run, box)


def follow(paths: RunPaths, box: boxes.Box, settings: Recording) -> None:
    """Sample a box to its end. The last sample is taken when its first process has ended and its cgroup has not."""
    with pidfds.opened(box.pid) as life, gpus.watching() as look_at_gpus:
        group = cgroups.group(box.pid)
        if life is None or group is None:
            return
        meter = Meter(paths)
        note, every = partial(append, meter, settings.segments), settings.resources_every
        kills = note(cgroups.sample(group, look_at_gpus(group.holds), started=True))
        due = clock.monotonic() + every
        while not pidfds.ended_within(life, min(GLANCE_SECONDS, due - clock.monotonic())):
            meter.go_on()
            locks.look()
            if clock.monotonic() >= due or cgroups.oom_kills(group) != kills:
                kills = note(cgroups.sample(group, look_at_gpus(group.holds)))
                due = max(due + every, clock.monotonic()) if clock.monotonic() >= due else due
        note(cgroups.sample(group, last=True))


def append(meter: Meter, limits: SegmentLimits, sample: Sample | None) -> int | None:
    """Append one sample, unless the box is gone already. Returns the kills for lack of memory so far."""
    if sample:
        used = meter.used()
        if used:
            sample = msgspec.structs.replace(
                sample,
                disk_bytes=used.room.bytes,
                disk_files=used.room.files,
                disk_unseen=used.unseen or None,
            )
        records.append_line(meter.paths.resources, msgspec.json.encode(sample), limits)
    return sample.oom_kills if sample else None


def note_unseen_end(bench: Bench, run: str, box: boxes.Box) -> None:
    """Put the end of a box on record that no sample has, with the counters as they were last seen.

    What ends a box takes its counters along, sooner than a busy machine lets us look: systemd removes the group of a
    box at once (v2), a first process that is killed for lack of memory goes with it. The engine tells of such a kill.
    """
    before = watch.newest_sample(bench, run)
    if before is not None and not before.last:
        end = after(before, killed=not before.oom_kills and is_killed(bench, box))
        limits = bench.config.settings.recording.segments
        records.append_line(bench.run(run).resources, msgspec.json.encode(end), limits)


def after(before: Sample, *, killed: bool) -> Sample:
    """Return a last sample that nobody could take. What the kernel counted of a kill that nobody saw is not known."""
    now = times.text(clock.now())
    if killed:
        return Sample(time=now, cpu_seconds=before.cpu_seconds, processes=0, last=True, oom_kills=1)
    return msgspec.structs.replace(before, time=now, processes=0, started=False, last=True, gpus=())


def is_killed(bench: Bench, box: boxes.Box) -> bool:
    """Wait until the engine knows of the end of a box, and say whether it was a kill for lack of memory."""
    boxes.ended_within(bench.engine, box.id, boxes.KNOWN_WITHIN_SECONDS)
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


def samples(paths: RunPaths, since: str = "") -> Iterator[Sample]:
    """Yield the samples of a run, or those since an instant; a line that was left unfinished is left out.

    However long the record is, what is older than that is hardly looked at.
    """
    begun = times.maybe(since)
    place = records.place_where(paths.resources, lambda line: is_before(line, begun)) if begun else 0
    for _, line in records.lines_after(paths.resources, place):
        with suppress(msgspec.DecodeError):
            sample = msgspec.json.decode(line, type=Sample)
            if begun is None or times.parse(sample.time) >= begun:
                yield sample


def is_before(line: bytes, instant: datetime) -> bool:
    """Say whether a sample was taken before an instant; one that cannot be read counts as that."""
    try:
        return times.parse(msgspec.json.decode(line, type=Sample).time) < instant
    except (msgspec.DecodeError, ValueError):
        return True


def oom_kills(paths: RunPaths) -> int | None:
    """Return how often the kernel killed for lack of memory, as last seen; None if nothing was sampled."""
    return resources.oom_kills(samples(paths))
