"""What the bench of the proxy plays on: a fake internet, the proxy, a box behind it, one beside it, and squid."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nab.core.errors import NabError
from nab.edges.docker import build_context, image_builds, trust
from nab.edges.docker.build_context import Recipe
from nab.edges.kernel import cgroups
from support.servers import internets, proxies

SQUID = Path(__file__).with_name("squid")
SQUID_IMAGE = "nab/bench-squid"
SQUID_PORT = 3128
BASE = "nab/base"


@dataclass(frozen=True)
class Used:
    """What a container has used so far."""

    cpu_seconds: float
    peak_bytes: int


@dataclass(frozen=True)
class Stage:
    """`squid` is its container, or None with the reason in `no_squid`."""

    internet: internets.Internet
    lab: proxies.Lab
    direct: Any
    squid: Any
    no_squid: str

    @property
    def squid_address(self) -> str:
        self.squid.reload()
        address = self.squid.attrs["NetworkSettings"]["Networks"][self.internet.network]["IPAddress"]
        return f"{address}:{SQUID_PORT}"


@contextmanager
def stage(root: Path) -> Iterator[Stage]:
    """Set it all up."""
    with ExitStack() as stack:
        internet = stack.enter_context(internets.internet(root))
        lab = stack.enter_context(proxies.lab(root, numerai="live", change=internet.change))
        direct = beside(lab.client, internet, BASE, ["sleep", "3600"])
        stack.callback(direct.remove, force=True, v=True)
        why = build_squid(lab.client)
        squid = None
        if not why:
            squid = beside(lab.client, internet, SQUID_IMAGE, None)
            stack.callback(squid.remove, force=True, v=True)
            wait_for_squid(squid)
        yield Stage(internet, lab, direct, squid, why)


def beside(client: Any, internet: internets.Internet, image: str, command: list[str] | None) -> Any:
    """Start a box on the fake internet itself."""
    options = internet.change
    box = client.containers.create(
        image,
        command,
        name=f"nab-bench-{uuid.uuid4().hex[:8]}",
        labels={internets.LABEL: internet.network},
        init=True,
        network=options["network"],
        volumes=options["volumes"],
        environment=dict.fromkeys(trust.BUNDLE_VARIABLES, trust.SYSTEM_BUNDLE),
    )
    box.start()
    return box


def build_squid(client: Any) -> str:
    """Build squid's image unless it is there. Returns why it could not be had."""
    parent = image_builds.image_digest(client, BASE).id
    recipe = Recipe(SQUID_IMAGE, build_context.folder(SQUID), parent, {"PARENT": BASE})
    if image_builds.is_current(client, recipe):
        return ""
    try:
        for event in image_builds.start(client, recipe):
            if "error" in event:
                return str(event["error"])
    except NabError as error:
        return str(error)
    return ""


def wait_for_squid(squid: Any) -> None:
    deadline = time.monotonic() + 30
    while b"Accepting" not in squid.logs():
        squid.reload()
        assert time.monotonic() < deadline and squid.status == "running", squid.logs().decode()
        time.sleep(0.1)


def used(box: Any) -> Used:
    """Read a container's counters."""
    box.reload()
    group = cgroups.group(box.attrs["State"]["Pid"])
    sample = cgroups.sample(group) if group else None
    assert sample, f"no counters of {box.name}"
    return Used(sample.cpu_seconds, sample.memory_peak_bytes or 0)
