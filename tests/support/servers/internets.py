"""A fake internet for tests: a network of documentation addresses (RFC 5737) that leads nowhere.

The proxy under test is put on it in place of the real one. Whatever the internet received is the oracle:
a program in a box may say what it likes, only what arrived has got out.
"""

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

from nab.edges import process
from nab.edges.docker import networks, trust
from support.engines import engines

# The proxy takes documentation addresses for public ones; no router on earth carries them.
POOL = IPv4Network("203.0.113.0/24")
LABEL = "nab.test"
IMAGE = "nab/base"
PROGRAM = Path(__file__).with_name("fake_internet")
FOLDER = "/internet"


@dataclass(frozen=True)
class Internet:
    """A running one. `change` is what the options of a proxy's container are changed by to be on it."""

    box: Any
    network: str
    address: str
    folder: Path

    @property
    def authority(self) -> Path:
        return self.folder / "ca.crt"

    @property
    def change(self) -> dict[str, Any]:
        resolver = self.folder / "resolv.conf"
        resolver.write_text(f"nameserver {self.address}\noptions timeout:1 attempts:2\n", encoding="ascii")
        return {
            "network": self.network,
            "volumes": {
                str(self.authority): {"bind": trust.SYSTEM_BUNDLE, "mode": "ro"},
                str(resolver): {"bind": "/etc/resolv.conf", "mode": "ro"},
            },
        }

    def lay(self, address: str, page: str) -> None:
        """Have a page at an address (without its scheme)."""
        file = self.folder / "pages" / address
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page, encoding="utf-8")

    def received(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Return what arrived: connections (tcp), calls (http), queries (dns), and what should never come."""
        lines = (self.folder / "received.jsonl").read_text(encoding="utf-8").splitlines()
        return [line for line in map(json.loads, lines) if kind in {None, line["kind"]}]

    def pings(self) -> int:
        """Return how many ICMP echo requests its kernel has counted."""
        rows = self.box.exec_run(["cat", "/proc/net/snmp"]).output.decode().splitlines()
        names, values = [row.split() for row in rows if row.startswith("Icmp:")]
        return int(values[names.index("InEchos")])


@contextmanager
def internet(root: Path, image: str = IMAGE) -> Iterator[Internet]:
    """Bring one up; what it received stays in root/internet."""
    client = engines.engine_or_skip()
    engines.image_or_skip(image)
    name = f"nab-internet-{uuid.uuid4().hex[:8]}"
    folder = root / "internet"
    folder.mkdir()
    address = networks.make(client, name, {LABEL: name}, POOL)
    uid, gid = process.user_ids()
    box = None
    try:
        box = client.containers.create(
            image,
            ["python3", "/program", FOLDER, address],
            name=name,
            labels={LABEL: name},
            init=True,
            user=f"{uid}:{gid}",
            cap_drop=["ALL"],
            sysctls={"net.ipv4.ip_unprivileged_port_start": "0"},
            network_mode="none",
            volumes={
                str(folder): {"bind": FOLDER, "mode": "rw"},
                str(PROGRAM): {"bind": "/program", "mode": "ro"},
            },
        )
        networks.detach(client, "none", box.id)
        networks.attach(client, name, box.id, address)
        box.start()
        wait_until_ready(box)
        yield Internet(box, name, address, folder)
    finally:
        if box is not None:
            box.remove(force=True, v=True)
        networks.remove(client, name)


def wait_until_ready(box: Any) -> None:
    deadline = time.monotonic() + 30
    while b"ready" not in box.logs():
        box.reload()
        assert time.monotonic() < deadline and box.status == "running", box.logs().decode()
        time.sleep(0.05)
