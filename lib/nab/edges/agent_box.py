"""How an agent's box is made. One function builds it, so that one test can refuse what must never be in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nab.config import Limits
from nab.edges import boxes, outboxes, trust

WORKSPACE = "/workspace"
HOME = "/home/agent"
CONTROL = "/run/nab"
RESOLVER = "resolv.conf"  # in the control folder, mounted where every program looks
NO_RESOLVER = (
    "192.0.2.1"  # the engine's own resolver would forward to the host's: this leads nowhere (RFC 5737)
)
ENTRY = "nab-box"  # reads the phase under /run/nab: see images/base/nab-box


@dataclass(frozen=True)
class AgentBox:
    """What one agent's box is for. `command` is what runs in the phase `work`.

    A coding agent has a `home` on the host, where its transcripts are seen as they grow, and an `outbox`.
    """

    name: str
    image: str
    command: tuple[str, ...]
    network: str
    workspace: Path
    control: Path
    trusted: trust.Trust
    limits: Limits
    labels: dict[str, str]
    environment: dict[str, str] = field(default_factory=dict)
    home: Path | None = None
    outbox: Path | None = None
    gpus: tuple[str, ...] = ()


def options(box: AgentBox) -> dict[str, Any]:
    """Return the docker-SDK keywords of `containers.create`: no capability, no privilege, bounded in all."""
    return {
        "image": box.image,
        "command": [ENTRY, *box.command],
        "name": box.name,
        "hostname": "box",
        "network": box.network,
        "labels": box.labels,
        "environment": box.environment | trust.agent_environment(),
        "volumes": mounts(box),
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


def mounts(box: AgentBox) -> dict[str, dict[str, str]]:
    """Return the mounts: its own workspace to write, and what it is told and trusts to read."""
    return {
        str(box.workspace): {"bind": WORKSPACE, "mode": "rw"},
        str(box.control): {"bind": CONTROL, "mode": "ro"},
        str(box.control / RESOLVER): {"bind": f"/etc/{RESOLVER}", "mode": "ro"},
        **{
            str(folder): {"bind": place, "mode": "rw"}
            for folder, place in ((box.home, HOME), (box.outbox, outboxes.MOUNTED))
            if folder
        },
    } | trust.agent_mounts(box.trusted)


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
