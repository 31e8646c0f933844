"""The energy of a run: what the counters of the GPUs say that its box held."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from nab.core.recording import resources
from nab.core.recording.resources import Gpu, Sample

GPUS = """SELECT time, gpus FROM resources WHERE run = {run} AND gpus LIKE '%energy_joules%' ORDER BY time"""


def joules(rows: Iterable[dict[str, Any]]) -> float | None:
    """Return joules by rows of the table of resources; None where no counter was told. What is damaged is left out."""
    samples = []
    for row in rows:
        try:
            gpus = msgspec.json.decode(row["gpus"], type=tuple[Gpu, ...])
        except msgspec.MsgspecError:
            continue
        samples.append(Sample(time=str(row["time"]), cpu_seconds=0.0, processes=0, gpus=gpus))
    return resources.gpu_energy(samples)
