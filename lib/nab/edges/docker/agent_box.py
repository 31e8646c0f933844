"""How an agent's box is made. One function builds it, so that one test can refuse what must never be in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nab.config import Limits
from nab.edges.docker import boxes, trust
from nab.edges.untrusted import outboxes
from nab.paths import AgentFolder

WORKSPACE = "/workspace"
HOME = "/home/agent"
CONTROL = "/run/nab"
RESOLVER = "resolv.conf"  # in the control folder, mounted where every program looks
NO_RESOLVER = (
    "192.0.2.1"  # the engine's own resolver would forward to the host's: this leads nowhere (RFC 5737)
)
SCRATCH = {"tmp": "/tmp", "var-tmp": "/var/tmp"}  # noqa: S108 - in the scratch folder, and inside the box
PHASE = "phase"  # in the control folder: what the box is for. Until it is there, nothing runs in it
WAITING = f'until [ -e {CONTROL}/{PHASE} ]; do sleep 0.03; done; exec "$0" "$@"'
ENTRY = ("sh", "-c", WAITING, "nab-box")  # that reads the phase: see images/base/nab-box


@dataclass(frozen=True)
class AgentBox:
    """What one agent's box is for. `command` is what runs in the phase `work`.

    A coding agent has a `home` on the host, where its transcripts are seen as they grow, and an `outbox`. In the
    folder `scratch` lies all else that it can write: without one, as in a trial, it writes in its own layer, which
    nothing bounds. `seeded` are places in there that begin as the image has them.
    """

    name: str
    image: str
    command: tuple[str, ...]
    network: str
    workspace: AgentFolder
    control: Path
    trusted: trust.Trust
    limits: Limits
    labels: dict[str, str]
    environment: dict[str, str] = field(default_factory=dict)
    home: AgentFolder | None = None
    outbox: AgentFolder | None = None
    gpus: tuple[str, ...] = ()
    scratch: AgentFolder | None = None
    seeded: tuple[str, ...] = ()


def options(box: AgentBox) -> dict[str, Any]:
    """Return the docker-SDK keywords of `containers.create`: no capability, no privilege, bounded in all."""
    return {
        "image": box.image,
        "command": [*ENTRY, *box.command],
        "name": box.name,
        "hostname": "box",
        "network": box.network,
        "labels": box.labels,
        "environment": box.environment | trust.agent_environment(),
        "volumes": told(box),
        "mounts": written(box),
        "read_only": box.scratch is not None,
        "dns": [NO_RESOLVER],
        "dns_search": ["."],
        "working_dir": WORKSPACE,
        "init": True,
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges"],
        "nano_cpus": int(box.limits.cpus * 1e9),
        "mem_limit": int(box.limits.memory_gib * 2**30),
        "memswap_limit": int(box.limits.memory_gib * 2**30),
        "pids_limit": box.limits.processes,
        "restart_policy": {"Name": "no"},
        "log_config": {"Type": "json-file", "Config": {"max-size": "20m", "max-file": "3"}},
    } | gpus(box.limits, box.gpus)


def told(box: AgentBox) -> dict[str, dict[str, str]]:
    """Return the mounts that it can only read: what it is told, and whom it trusts."""
    return {
        str(box.control): {"bind": CONTROL, "mode": "ro"},
        str(box.control / RESOLVER): {"bind": f"/etc/{RESOLVER}", "mode": "ro"},
    } | trust.agent_mounts(box.trusted)


def written(box: AgentBox) -> list[Any]:
    """Return the mounts of its own folders. One whose folder is not there does not start: nothing is made up for it."""
    from docker.types import DriverConfig, Mount

    own = {WORKSPACE: box.workspace, HOME: box.home, outboxes.MOUNTED: box.outbox}
    seeds: dict[str, AgentFolder] = {}
    if box.scratch:
        own |= {place: box.scratch.inside(name) for name, place in SCRATCH.items()}
        seeds = {place: box.scratch.inside(seeded_name(place)) for place in box.seeded}
    found = [Mount(place, bound(folder), type="bind") for place, folder in own.items() if folder]
    for place, folder in seeds.items():
        # A volume without a name on a folder of ours: the engine copies into it what the image has at this place.
        volume = {"type": "none", "o": "bind", "device": bound(folder)}
        found.append(Mount(place, None, driver_config=DriverConfig("local", volume)))
    return found


def bound(folder: AgentFolder) -> str:
    """Return the path that the engine mounts; a link of ours to a folder on a run's disk is followed here."""
    return str(folder.own_path.resolve())


def seeded_name(place: str) -> str:
    """Name the folder of a seeded place: /opt/venv is opt-venv."""
    return place.strip("/").replace("/", "-")


def gpus(limits: Limits, devices: tuple[str, ...]) -> dict[str, Any]:
    """Hand over GPUs when nab.toml says so: its slot's, or every one. The engine needs the NVIDIA runtime then."""
    if not limits.gpu:
        return {}
    from docker.types import DeviceRequest

    which = {"device_ids": list(devices)} if devices else {"count": -1}
    return {"device_requests": [DeviceRequest(**which, capabilities=[["gpu"]])]}


def labels(state: Path, run: str, entrant: str, role: str) -> dict[str, str]:
    """Return the labels by which a box is found again."""
    return {boxes.STATE: str(state), boxes.RUN: run, boxes.ENTRANT: entrant, boxes.ROLE: role}
