"""The networks that boxes are on: a run's own has no way out, no address of the host, and the proxy's at .2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from ipaddress import IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING

from nab.core.errors import FAILED, NabError

if TYPE_CHECKING:
    from docker import DockerClient

PREFIX = 28  # sixteen addresses: the proxy's is the second, boxes are given those of the upper half
MOST_TRIES = 64
ROUTES = Path("/proc/net/route")


def make(engine: DockerClient, name: str, labels: Mapping[str, str], pool: IPv4Network) -> str:
    """Make a run's network unless it is there. Returns the address that is kept for the proxy.

    It has no way out and no address of the host on it: a host address on the bridge (the engine's default,
    also on internal networks) would let the agent reach every service of the host. Raises NabError when
    no part of the pool is free.
    """
    from docker.errors import APIError

    if found := engine.networks.list(names=[f"^{name}$"]):
        return proxy_address(IPv4Network(found[0].attrs["IPAM"]["Config"][0]["Subnet"]))
    for subnet, _ in zip(free(pool, taken(engine)), range(MOST_TRIES), strict=False):
        try:
            create(engine, name, labels, subnet)
        except APIError as error:
            if "overlap" not in str(error).lower():
                raise
        else:
            return proxy_address(subnet)
    raise NabError(
        f"no free network in {pool}", hint="another [proxy] networks in nab.toml", exit_code=FAILED
    )


def create(engine: DockerClient, name: str, labels: Mapping[str, str], subnet: IPv4Network) -> None:
    """Make one network of this subnet."""
    from docker.types import IPAMConfig, IPAMPool

    upper = list(subnet.subnets(prefixlen_diff=1))[1]
    engine.networks.create(
        name,
        internal=True,
        labels=dict(labels),
        ipam=IPAMConfig(
            pool_configs=[IPAMPool(subnet=str(subnet), iprange=str(upper), gateway=str(subnet[1]))]
        ),
        options={
            "com.docker.network.bridge.inhibit_ipv4": "true",
            "com.docker.network.bridge.enable_ip_masquerade": "false",
        },
    )


def proxy_address(subnet: IPv4Network) -> str:
    """Return the proxy's address in a run's network."""
    return str(subnet[2])


def free(pool: IPv4Network, used: Iterable[IPv4Network]) -> Iterator[IPv4Network]:
    """Yield the parts of the pool that overlap with nothing in use, in their order."""
    avoid = tuple(used)
    for subnet in pool.subnets(new_prefix=max(PREFIX, pool.prefixlen)):
        if not any(subnet.overlaps(other) for other in avoid):
            yield subnet


def taken(engine: DockerClient) -> list[IPv4Network]:
    """Return the networks that the engine or this host uses already."""
    configured = [
        entry["Subnet"]
        for network in engine.networks.list()
        for entry in (network.attrs["IPAM"].get("Config") or ())
        if "." in entry.get("Subnet", "")
    ]
    return [IPv4Network(subnet) for subnet in configured] + routed(ROUTES.read_text(encoding="ascii"))


def routed(table: str) -> list[IPv4Network]:
    """Read /proc/net/route: what this host has routes to, but for the default."""
    rows = [line.split() for line in table.splitlines()[1:]]
    found = [(int(row[1], 16), int(row[7], 16)) for row in rows if len(row) > 7]
    return [IPv4Network((address.to_bytes(4, "little"), mask.bit_count())) for address, mask in found if mask]


def remove(engine: DockerClient, name: str) -> None:
    """Remove a network, taking off whatever is still on it."""
    from docker.errors import APIError

    for network in engine.networks.list(names=[f"^{name}$"]):
        network.reload()
        for attached in network.attrs.get("Containers") or {}:
            with suppress(APIError):
                network.disconnect(attached, force=True)
        network.remove()


def labelled(engine: DockerClient, labels: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the labels of every network that carries all of these."""
    wanted = [f"{key}={value}" for key, value in labels.items()]
    return [dict(network.attrs["Labels"]) for network in engine.networks.list(filters={"label": wanted})]


def attach(engine: DockerClient, name: str, box_id: str, address: str | None = None) -> None:
    """Put a box on a network; being on it already is fine."""
    from docker.errors import APIError

    try:
        engine.api.connect_container_to_network(box_id, name, ipv4_address=address)
    except APIError as error:
        if "already" not in str(error):
            raise


def detach(engine: DockerClient, name: str, box_id: str) -> None:
    """Take a stopped box off a network, so that the network can go."""
    from docker.errors import APIError, NotFound

    with suppress(APIError, NotFound):
        engine.networks.get(name).disconnect(box_id, force=True)
