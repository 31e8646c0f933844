"""What the doctor finds: a verdict for every thing that a run relies on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

LEAST_PYTHON = (3, 11)
SAFE_ENGINE = (25, 0, 5)
LITTLE_GIB, SOME_GIB = 2.0, 20.0


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


def gpu(count: int, wanted: bool) -> Check:
    """Judge the GPUs; none is fine unless nab.toml hands them out."""
    if count:
        return Check("gpu", Verdict.OK, f"{count} NVIDIA GPU{'s' if count > 1 else ''}")
    if wanted:
        return Check(
            "gpu", Verdict.FAIL, "none found, but limits.gpu is true", "install the driver, or set it false"
        )
    return Check("gpu", Verdict.OK, "none, and none is needed")


def images(missing: list[str], expected: int) -> Check:
    """Judge the images."""
    if missing:
        return Check("images", Verdict.WARN, f"not built yet: {', '.join(missing)}", "make images")
    return Check("images", Verdict.OK, f"all {expected} built")


def clock(synchronised: bool) -> Check:
    """Judge the clock: windows are an hour long, and a clock that drifts misses them."""
    if synchronised:
        return Check("clock", Verdict.OK, "kept in time")
    return Check("clock", Verdict.WARN, "nothing keeps it in time", "sudo timedatectl set-ntp true")
