"""What the doctor finds: a verdict for every thing that a run relies on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from nab.core.runs import capacity
from nab.core.runs.capacity import Capacity
from nab.core.upkeep import disks
from nab.core.upkeep.disks import Disk

LEAST_PYTHON = (3, 11)
SAFE_ENGINE = (25, 0, 5)
SOME_BYTES = 20 * disks.GIB
MOST_SKEW = 60.0  # seconds; beyond them a watcher goes by Numerai's clock


class CheckVerdict(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; a remedy where it is not well."""

    name: str
    verdict: CheckVerdict
    finding: str
    remedy: str = ""


def is_fit(checks: Iterable[Check]) -> bool:
    """Say whether nothing failed."""
    return all(check.verdict is not CheckVerdict.FAIL for check in checks)


def python(version: tuple[int, int, int]) -> Check:
    """Judge the Python that runs the harness."""
    found = ".".join(map(str, version))
    if version[:2] < LEAST_PYTHON:
        return Check(
            "python", CheckVerdict.FAIL, f"{found}, at least 3.11 is needed", "install python3.11 or newer"
        )
    return Check("python", CheckVerdict.OK, found)


def engine_version(found: str) -> Check:
    """Judge a running engine by its version."""
    if numbers(found) < SAFE_ENGINE:
        return Check(
            "engine",
            CheckVerdict.WARN,
            f"{found} runs; before 25.0.5 names could leak out of a closed network",
            "upgrade Docker when you can",
        )
    return Check("engine", CheckVerdict.OK, f"{found} runs")


def numbers(version: str) -> tuple[int, ...]:
    """Read the leading numbers of 20.10.24+dfsg1."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def disk(found: Disk, least_bytes: float) -> Check:
    """Judge the room on a disk, by what must be free before a run is started."""
    name, said = "disk" if found.what == "state" else f"{found.what} disk", f"{found.free} free"
    if low := disks.lacking([found], least_bytes):
        return Check(name, CheckVerdict.FAIL, f"nothing is started: {low}", "make gc; docs/disk.md")
    if found.free_bytes < SOME_BYTES:
        return Check(name, CheckVerdict.WARN, said, "images and datasets need about 20 GiB")
    return Check(name, CheckVerdict.OK, said)


def workspaces(why_not_fixed: str, may_grow: int, free_bytes: int) -> Check:
    """Judge how what agents write is kept within its limit, and whether the disk has the room that they may take."""
    if why_not_fixed:
        said = f"watched, and ended when they go too far; of a fixed size they cannot be: {why_not_fixed}"
        return Check("workspaces", CheckVerdict.WARN, said, "run as root, or see docs/disk.md")
    if may_grow > free_bytes:
        said = f"those that are there may grow by {disks.gib(may_grow)}, {disks.gib(free_bytes)} are free"
        return Check("workspaces", CheckVerdict.WARN, said, "a smaller limits.workspace_gib, or make gc")
    return Check("workspaces", CheckVerdict.OK, "of a fixed size, in file systems of their own")


def box(asked: Capacity, gets: Capacity, machine: Capacity, slots: int) -> Check:
    """Judge what a box gets of the machine, by nab.toml and by how many slots share it."""
    if lacking := capacity.larger_than(asked, machine):
        return Check("box", CheckVerdict.WARN, f"{lacking}; a box gets {gets}", "smaller limits, or 0")
    shared = f", of {slots} that share it" if slots > 1 else ""
    return Check("box", CheckVerdict.OK, f"gets {gets}{shared}; this machine has {machine}")


def gpu(count: int, wanted: bool, has_runtime: bool = True) -> Check:
    """Judge the GPUs; none is fine unless nab.toml hands them out. An engine may do without naming its runtime."""
    if wanted and not count:
        return Check(
            "gpu",
            CheckVerdict.FAIL,
            "none found, but limits.gpu is true",
            "install the driver, or set it false",
        )
    if not count:
        return Check("gpu", CheckVerdict.OK, "none, and none is needed")
    found = f"{count} NVIDIA GPU{'s' if count > 1 else ''}"
    if wanted and not has_runtime:
        return Check(
            "gpu",
            CheckVerdict.WARN,
            f"{found}, but the engine names no NVIDIA runtime",
            "install nvidia-container-toolkit; sudo nvidia-ctk runtime configure --runtime=docker; restart the engine",
        )
    return Check("gpu", CheckVerdict.OK, found)


def images(missing: Sequence[str], stale: Sequence[str], expected: int) -> Check:
    """Judge the images; one is stale when its recipe changed since it was built."""
    said = [("not built yet", missing), ("changed since they were built", stale)]
    if missing or stale:
        finding = "; ".join(f"{what}: {', '.join(names)}" for what, names in said if names)
        return Check("images", CheckVerdict.WARN, finding, "make images")
    return Check("images", CheckVerdict.OK, f"all {expected} built")


def clients(proved: Sequence[str], untried: Sequence[str], folder: str) -> Check:
    """Say of which agents it is proved that the clients in their images trust the proxy. The rest is tried in time."""
    said = [("proved to trust the proxy", proved), ("tried before their next run", untried)]
    finding = "; ".join(f"{what}: {', '.join(names)}" for what, names in said if names) or "nobody takes part"
    return Check("clients", CheckVerdict.OK, f"{finding} ({folder})")


def clock(synchronised: bool) -> Check:
    """Judge the clock: windows are an hour long, and a clock that drifts misses them."""
    if synchronised:
        return Check("clock", CheckVerdict.OK, "kept in time")
    return Check("clock", CheckVerdict.WARN, "nothing keeps it in time", "sudo timedatectl set-ntp true")


def claims(newcomers: Sequence[str], due: Sequence[str], lone: Sequence[str]) -> Check:
    """Judge who is in no family of claims: who came later, whom the next tick registers, who is alone at a level."""
    said = [
        ("came later and in no family", newcomers),
        ("in no family yet", due),
        ("alone at a level and in no family", lone),
    ]
    finding = "; ".join(f"{what}: {', '.join(names)}" for what, names in said if names)
    if newcomers:
        return Check("claims", CheckVerdict.WARN, finding, "make register, before their first score")
    if due:
        return Check("claims", CheckVerdict.WARN, finding, "make tick registers them once it knows a round")
    return Check("claims", CheckVerdict.OK, finding or "every enrolled run is in a family")


def alarms(file: str, ways: Sequence[str]) -> Check:
    """Judge whether a person is told of an alarm. `ways` are names of services, never their addresses."""
    if not ways:
        finding = f"no person is told when something is not well: {file} has no address"
        return Check("alarms", CheckVerdict.WARN, finding, "docs/alarms.md says how to name one")
    return Check("alarms", CheckVerdict.OK, f"told by {', '.join(ways)}")


def local_tournament(port: int, for_us: bool, for_boxes: bool) -> Check:
    """Judge the local tournament, which answers us on a port and boxes on a socket."""
    if for_us and for_boxes:
        return Check("tournament", CheckVerdict.OK, f"local, answers on port {port}")
    if for_us:
        finding = f"what answers on port {port} is not this state folder's"
        return Check("tournament", CheckVerdict.WARN, finding, "make tournament, on a port of its own")
    return Check("tournament", CheckVerdict.WARN, f"local, nothing answers on port {port}", "make tournament")


def live_tournament(host: str, skew: float | None) -> Check:
    """Judge Numerai by its clock less ours, in seconds; None is no answer."""
    if skew is None:
        return Check(
            "tournament", CheckVerdict.FAIL, f"{host} does not answer", "look at this machine's network"
        )
    if abs(skew) > MOST_SKEW:
        said = f"{host} answers; our clock is {abs(skew):.0f} s {'behind' if skew > 0 else 'ahead of'} its"
        return Check("tournament", CheckVerdict.WARN, said, "sudo timedatectl set-ntp true")
    return Check("tournament", CheckVerdict.OK, f"{host} answers")


def scripted_models(socket: str, answer: bool) -> Check:
    """Judge the scripted models."""
    if answer:
        return Check("models", CheckVerdict.OK, f"scripted, at {socket}")
    start = ".venv/bin/python scripts/models.py serve"
    return Check("models", CheckVerdict.WARN, f"scripted, but nothing answers at {socket}", start)
