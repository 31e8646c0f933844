"""The real proxy in its box on a closed network of its own, and a client's box behind it."""

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import msgspec

from nab.edges import process
from nab.edges.docker import agent_box, boxes, networks, proxy_box, trust
from nab.edges.docker.proxy_box import Model, Orders
from support.engines import engines

POOL = IPv4Network("10.214.0.0/16")
LABEL = "nab.test"
KEYS = {"numerai": {"public_id": "REALPUBLICID", "secret_key": "REALSECRETKEY"}}
MINE = Model(id="11111111-aaaa-4aaa-8aaa-111111111111", name="nab_mine")
OTHER = Model(id="22222222-bbbb-4bbb-8bbb-222222222222", name="nab_other")
HELD = f"Token {proxy_box.PLACEHOLDER_ID}${proxy_box.PLACEHOLDER_SECRET}"
REAL = f"Token {KEYS['numerai']['public_id']}${KEYS['numerai']['secret_key']}"


@dataclass(frozen=True)
class Place:
    """Where a proxy and its client are: the engine, a folder, their network, the proxy's address there."""

    client: Any
    root: Path
    network: str
    address: str
    trusted: trust.Trust


@dataclass
class Lab:
    """What a test works with: `run` runs a command in the client's box and returns what it printed."""

    place: Place
    proxy: Any
    box: Any
    made: list[Any] = field(default_factory=list)

    @property
    def client(self) -> Any:
        return self.place.client

    @property
    def root(self) -> Path:
        return self.place.root

    @property
    def network(self) -> str:
        return self.place.network

    @property
    def address(self) -> str:
        return self.place.address

    @property
    def trusted(self) -> trust.Trust:
        return self.place.trusted

    @property
    def record(self) -> Path:
        return self.root / "run" / "http.jsonl"

    def run(self, *argv: str, environment: dict[str, str] | None = None) -> str:
        code, printed = self.box.exec_run(list(argv), environment=environment)
        assert code == 0, printed.decode(errors="replace")
        return printed.decode(errors="replace")

    def tried(self, *argv: str, environment: dict[str, str] | None = None) -> tuple[int, str]:
        code, printed = self.box.exec_run(list(argv), environment=environment)
        return code, printed.decode(errors="replace")

    def everything(self) -> list[dict[str, Any]]:
        """Return every whole line, those that tell of the proxy itself too."""
        written = self.record.read_text(encoding="utf-8") if self.record.exists() else ""
        return [json.loads(line) for line in written.splitlines(keepends=True) if line.endswith("\n")]

    def written(self) -> list[dict[str, Any]]:
        """Return the lines of calls."""
        return [line for line in self.everything() if line["phase"] in {"start", "done"}]

    def lines(self, least: int = 1, **wanted: Any) -> list[dict[str, Any]]:
        """Wait for the recorded calls that have these values: a line is written when its call is over."""
        deadline = time.monotonic() + 10
        while True:
            found = [
                line for line in self.written() if all(line[key] == value for key, value in wanted.items())
            ]
            if len(found) >= least or time.monotonic() > deadline:
                assert len(found) >= least, self.written()[-5:]
                return found
            time.sleep(0.05)


@contextmanager
def lab(
    root: Path, *, image: str = "nab/base", change: dict[str, Any] | None = None, **told: Any
) -> Iterator[Lab]:
    """Bring up a network, a proxy with these orders, and a client's box with the agents' environment.

    `change` replaces options of the proxy's container, and adds to its volumes; root/socket/api.sock is the
    local tournament's, root/models/api.sock that of scripted models.
    """
    client = engines.engine_or_skip()
    for needed in (proxy_box.IMAGE, image):
        engines.image_or_skip(needed)
    name = f"nab-test-{uuid.uuid4().hex[:8]}"
    made: list[Any] = []
    address = networks.make(client, name, {LABEL: name}, POOL)
    try:
        place = Place(client, root, name, address, trust.ensure(root / "trust", client))
        proxy = start_proxy(place, change or {}, told)
        made.append(proxy)
        box = start_client(place, image)
        made.append(box)
        yield Lab(place, proxy, box, made)
    finally:
        for container in client.containers.list(all=True, filters={"label": f"{LABEL}={name}"}):
            container.remove(force=True, v=True)
        networks.remove(client, name)


def orders(address: str, told: dict[str, Any]) -> Orders:
    usual = {"run": "2026-05-16T130207Z-baseline-l3", "session": "work", "numerai": "local"}
    return Orders(**(usual | {"address": address, "model": MINE, "others": (OTHER,), "keys": KEYS} | told))


def start_proxy(place: Place, change: dict[str, Any], told: dict[str, Any]) -> Any:
    """Start a proxy as the harness does. Returns the container."""
    client, root, name = place.client, place.root, place.network
    (root / "socket").mkdir(exist_ok=True)
    plan = proxy_box.ProxyBox(
        name=f"{name}-proxy-{uuid.uuid4().hex[:4]}",
        record=root / "run" / "http.jsonl",
        trust=place.trusted.folder,
        user_ids=process.user_ids(),
        socket_folder=root / "socket",
        models_folder=root / "models",
        labels={LABEL: name},
    )
    proxy_box.make_folders(plan)
    options = proxy_box.options(plan)
    changed = change.get("volumes", {})
    replaced = {mount["bind"] for mount in changed.values()} | set(change.get("tmpfs", {}))
    kept = {there: mount for there, mount in options["volumes"].items() if mount["bind"] not in replaced}
    mounted = kept | changed
    container = client.containers.create(**(options | change | {"volumes": mounted}))
    networks.attach(client, name, container.id, place.address)
    boxes.start_with_input(client, container.id, msgspec.json.encode(orders(place.address, told)))
    deadline = time.monotonic() + 60
    while proxy_box.READY.encode() not in container.logs():
        container.reload()
        assert time.monotonic() < deadline and container.status == "running", container.logs().decode()
        time.sleep(0.05)
    return container


def start_client(place: Place, image: str) -> Any:
    """Start a box that sleeps, with the walls, the trust and the environment of an agent's."""
    name = place.network
    resolver = place.root / f"{name}-resolv.conf"
    resolver.write_text(f"nameserver {place.address}\noptions timeout:3 attempts:2\n", encoding="ascii")
    container = place.client.containers.create(
        image,
        ["sleep", "3600"],
        name=f"{name}-client",
        labels={LABEL: name},
        init=True,
        network=name,
        dns=[agent_box.NO_RESOLVER],
        dns_search=["."],
        cap_drop=["ALL"],
        security_opt=["no-new-privileges"],
        environment={**proxy_box.client_environment(), **trust.agent_environment()},
        volumes={
            **trust.agent_mounts(place.trusted),
            str(resolver): {"bind": "/etc/resolv.conf", "mode": "ro"},
        },
    )
    container.start()
    return container
