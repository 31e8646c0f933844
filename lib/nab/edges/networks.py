"""The networks that boxes are on: a run's own has no way out and no address of the host."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docker import DockerClient


def make(engine: DockerClient, name: str, labels: Mapping[str, str]) -> None:
    """Make a network without a way out and without an address of the host on it; it may exist already.

    A host address on the bridge (the engine's default, also on internal networks) would let the agent
    reach every service of the host.
    """
    if engine.networks.list(names=[f"^{name}$"]):
        return
    engine.networks.create(
        name,
        internal=True,
        labels=dict(labels),
        options={
            "com.docker.network.bridge.inhibit_ipv4": "true",
            "com.docker.network.bridge.enable_ip_masquerade": "false",
        },
    )


def remove(engine: DockerClient, name: str) -> None:
    """Remove a network, taking off whatever is still on it."""
    from docker.errors import APIError

    for network in engine.networks.list(names=[f"^{name}$"]):
        network.reload()
        for attached in network.attrs.get("Containers") or {}:
            with suppress(APIError):
                network.disconnect(attached, force=True)
        network.remove()


def attach(engine: DockerClient, name: str, box_id: str, alias: str | None = None) -> None:
    """Put a box on a network; being on it already is fine."""
    from docker.errors import APIError

    try:
        engine.networks.get(name).connect(box_id, aliases=[alias] if alias else None)
    except APIError as error:
        if "already" not in str(error):
            raise


def detach(engine: DockerClient, name: str, box_id: str) -> None:
    """Take a stopped box off a network, so that the network can go."""
    from docker.errors import APIError, NotFound

    with suppress(APIError, NotFound):
        engine.networks.get(name).disconnect(box_id, force=True)
