"""What a run may use, what is recorded of it, and for how long that is kept."""

from __future__ import annotations

from typing import Annotated

import msgspec

from nab.config.values import Count, Days, Gibibytes, Hours, Mebibytes, Minutes, Seconds, Section, SlotName
from nab.core.recording.segments import Period, SegmentLimits


class Limits(Section, frozen=True):
    """What one box may use, and for how long it may work."""

    active_hours: Hours = 24.0
    submit_minutes: Annotated[float, msgspec.Meta(gt=0, le=10_080)] = 30.0
    waiting_hours: Hours = 168.0
    silent_minutes: Minutes = 120.0
    wind_down_minutes: Annotated[float, msgspec.Meta(ge=0, le=5_256_000)] = 0.0
    cpus: Annotated[float, msgspec.Meta(ge=0, le=4096)] = 0.0  # 0: its slot's share of the machine
    memory_gib: Annotated[float, msgspec.Meta(ge=0, le=1_000_000)] = 0.0
    processes: Count = 1024
    workspace_gib: Annotated[float, msgspec.Meta(ge=0.0625, le=1_000_000)] = 50.0
    workspace_files: Annotated[int, msgspec.Meta(ge=1000, le=4_000_000_000)] = 500_000
    gpu: bool = False
    slot: SlotName = "gpu0"
    slice_hours: Annotated[float, msgspec.Meta(ge=1, le=2)] = 1.0


class Recording(Section, frozen=True):
    """How often the sidecars look, in seconds, how much is kept of a run, and what must be free for it."""

    resources_every: Seconds = 10.0
    history_every: Seconds = 60.0
    history_max_file_mib: Mebibytes = 50
    history_max_gib: Gibibytes = 20.0
    elsewhere_max_gib: Gibibytes = 5.0
    packages_max_mib: Mebibytes = 64
    min_free_gib: Annotated[float, msgspec.Meta(ge=0, le=1e9)] = 5.0
    processes_every: Seconds = 10.0
    diagnoses_max_mib: Mebibytes = 512
    pages_max_mib: Mebibytes = 1024
    upload_max_mib: Mebibytes = 512
    predictions_max_mib: Mebibytes = 2048
    segment_mib: Annotated[float, msgspec.Meta(gt=0, le=1_000_000)] = 256.0
    segment_period: Period = Period.MONTH

    @property
    def segments(self) -> SegmentLimits:
        """When a segment of a run's record is closed."""
        return SegmentLimits(max(1, int(self.segment_mib * 2**20)), self.segment_period)


class Retention(Section, frozen=True):
    """For how many days after a run's end `make gc` leaves its things alone."""

    compress_days: Days = 2.0
    bodies_days: Days = 90.0
    workspace_days: Days = 30.0


class Sessions(Section, frozen=True):
    """What the sessions of a coding agent are told."""

    tell_leftovers: bool = True


class Proxy(Section, frozen=True):
    """Where the networks of runs are made: every run has sixteen addresses of this block."""

    networks: str = "10.213.0.0/16"


class Images(Section, frozen=True):
    """What the images are built from."""

    base: str = "debian:bookworm-slim"
