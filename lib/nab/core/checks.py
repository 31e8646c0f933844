"""What the doctor finds: a verdict for every thing that a run relies on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

LEAST_PYTHON = (3, 11)
SAFE_ENGINE = (25, 0, 5)
LITTLE_GIB, SOME_GIB = 2.0, 20.0
MOST_SKEW = 60.0  # seconds; beyond them a watcher goes by Numerai's clock


class Verdict(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; a remedy where it is not well."""

    name: str
    verdict: Verdict
    finding: str
    remedy: str = ""


def is_fit(checks: Iterable[Check]) -> bool:
    """Say whether nothing failed."""
    return all(check.verdict is not Verdict.FAIL for check in checks)


def python(version: tuple[int, int, int]) -> Check:
    """Judge the Python that runs the harness."""
    found = ".".join(map(str, version))
    if version[:2] < LEAST_PYTHON:
        return Check(
            "python", Verdict.FAIL, f"{found}, at least 3.11 is needed", "install python3.11 or newer"
        )
    return Check("python", Verdict.OK, found)


def engine_version(found: str) -> Check:
    """Judge a running engine by its version."""
    if numbers(found) < SAFE_ENGINE:
        return Check(
            "engine",
            Verdict.WARN,
            f"{found} runs; before 25.0.5 names could leak out of a closed network",
            "upgrade Docker when you can",
        )
    return Check("engine", Verdict.OK, f"{found} runs")


def numbers(version: str) -> tuple[int, ...]:
    """Read the leading numbers of 20.10.24+dfsg1."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def disk(free_gib: float) -> Check:
    """Judge the room on the disk of the state folder."""
    found = f"{free_gib:.0f} GiB free"
    if free_gib < LITTLE_GIB:
        return Check("disk", Verdict.FAIL, found, "free some room: images and datasets need about 20 GiB")
    if free_gib < SOME_GIB:
        return Check("disk", Verdict.WARN, found, "images and datasets need about 20 GiB")
    return Check("disk", Verdict.OK, found)


def gpu(count: int, wanted: bool, has_runtime: bool = True) -> Check:
    """Judge the GPUs; none is fine unless nab.toml hands them out. An engine may do without naming its runtime."""
    if wanted and not count:
        return Check(
            "gpu", Verdict.FAIL, "none found, but limits.gpu is true", "install the driver, or set it false"
        )
    if not count:
        return Check("gpu", Verdict.OK, "none, and none is needed")
    found = f"{count} NVIDIA GPU{'s' if count > 1 else ''}"
    if wanted and not has_runtime:
        return Check(
            "gpu",
            Verdict.WARN,
            f"{found}, but the engine names no NVIDIA runtime",
            "install nvidia-container-toolkit; sudo nvidia-ctk runtime configure --runtime=docker; restart the engine",
        )
    return Check("gpu", Verdict.OK, found)


def images(missing: Sequence[str], stale: Sequence[str], expected: int) -> Check:
    """Judge the images; one is stale when its recipe changed since it was built."""
    said = [("not built yet", missing), ("changed since they were built", stale)]
    if missing or stale:
        finding = "; ".join(f"{what}: {', '.join(names)}" for what, names in said if names)
        return Check("images", Verdict.WARN, finding, "make images")
    return Check("images", Verdict.OK, f"all {expected} built")


def clock(synchronised: bool) -> Check:
    """Judge the clock: windows are an hour long, and a clock that drifts misses them."""
    if synchronised:
        return Check("clock", Verdict.OK, "kept in time")
    return Check("clock", Verdict.WARN, "nothing keeps it in time", "sudo timedatectl set-ntp true")


def local_tournament(port: int, for_us: bool, for_boxes: bool) -> Check:
    """Judge the local tournament, which answers us on a port and boxes on a socket."""
    if for_us and for_boxes:
        return Check("tournament", Verdict.OK, f"local, answers on port {port}")
    if for_us:
        finding = f"what answers on port {port} is not this state folder's"
        return Check("tournament", Verdict.WARN, finding, "make tournament, on a port of its own")
    return Check("tournament", Verdict.WARN, f"local, nothing answers on port {port}", "make tournament")


def live_tournament(host: str, skew: float | None) -> Check:
    """Judge Numerai by its clock less ours, in seconds; None is no answer."""
    if skew is None:
        return Check("tournament", Verdict.FAIL, f"{host} does not answer", "look at this machine's network")
    if abs(skew) > MOST_SKEW:
        said = f"{host} answers; our clock is {abs(skew):.0f} s {'behind' if skew > 0 else 'ahead of'} its"
        return Check("tournament", Verdict.WARN, said, "sudo timedatectl set-ntp true")
    return Check("tournament", Verdict.OK, f"{host} answers")


def scripted_models(socket: str, answer: bool) -> Check:
    """Judge the scripted models."""
    if answer:
        return Check("models", Verdict.OK, f"scripted, at {socket}")
    start = ".venv/bin/python scripts/models.py serve"
    return Check("models", Verdict.WARN, f"scripted, but nothing answers at {socket}", start)
