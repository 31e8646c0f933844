"""Two runs on a fake internet with everything around them that they must not reach; all ways out tried from both."""

import io
import json
import socket
import tarfile
import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

import ways_out
from nab.config import Limits
from nab.edges.docker import agent_box
from nab.paths import AgentFolder
from support.engines import engines
from support.servers import internets, proxies
from ways_out import Facts

IMAGE = "nab/control"  # it has aiohttp
SHAPES = ("a client's box", "an agent's box")


class Listener:
    """A service of the host: a TCP port on every address, and an abstract UNIX socket. It counts its callers."""

    def __init__(self) -> None:
        self.server = socket.create_server(("0.0.0.0", 0))
        self.port = self.server.getsockname()[1]
        self.abstract = socket.socket(socket.AF_UNIX)
        self.abstract.bind(f"\0nab-test-{self.port}")
        self.abstract.listen()
        self.callers: list[object] = []
        for one in (self.server, self.abstract):
            threading.Thread(target=self.count, args=(one,), daemon=True).start()

    def count(self, server: socket.socket) -> None:
        while True:
            try:
                connection, caller = server.accept()
            except OSError:
                return
            self.callers.append(caller)
            connection.close()

    def close(self) -> None:
        for one in (self.server, self.abstract):
            one.shutdown(socket.SHUT_RDWR)
            one.close()


@dataclass
class Tried:
    """What came of all ways from one box."""

    lab: proxies.Lab
    box: Any
    facts: Facts
    outcomes: dict[str, dict[str, str]]


@dataclass
class World:
    """An internet, two runs on it, a container beside them, and a service of the host."""

    internet: internets.Internet
    listener: Listener
    neighbour: str
    tried: dict[str, Tried]

    @property
    def written(self) -> list[dict]:
        return [line for one in self.tried.values() for line in one.lab.written()]


@contextmanager
def world(root: Path) -> Iterator[World]:
    """Try everything from both boxes at once; the tests look at what came of it."""
    with ExitStack() as stack:
        listener = Listener()
        stack.callback(listener.close)
        internet = stack.enter_context(internets.internet(root))
        neighbour = stack.enter_context(container_beside())
        labs = []
        for number in range(len(SHAPES)):
            (root / str(number)).mkdir()
            change, told = internet.change, {"numerai": "live"}
            labs.append(
                stack.enter_context(proxies.lab(root / str(number), image=IMAGE, change=change, **told))
            )
        boxes = [labs[0].box, agents_box(labs[1], stack)]
        found = facts_of(labs, boxes, internet, neighbour, listener)
        threads = [Trying(box, facts) for box, facts in zip(boxes, found, strict=True)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        rows = zip(SHAPES, labs, threads, strict=True)
        tried = {shape: Tried(lab, one.box, one.facts, one.outcomes) for shape, lab, one in rows}
        yield World(internet, listener, neighbour, tried)


class Trying(threading.Thread):
    """Run the whole list in one box."""

    def __init__(self, box, facts: Facts) -> None:
        super().__init__(daemon=True)
        self.box, self.facts, self.outcomes = box, facts, {}

    def run(self) -> None:
        self.box.put_archive("/opt", packed(Path(ways_out.__file__).parent))
        self.box.exec_run(["python3", "-m", "http.server", "8000"], detach=True, workdir="/opt/ways_out")
        argv = ["python3", "-m", "ways_out", json.dumps(asdict(self.facts))]
        printed = self.box.exec_run(argv, environment={"PYTHONPATH": "/opt"}).output.decode(errors="replace")
        for row in printed.splitlines():
            outcome = json.loads(row) if row.startswith("{") else {"name": "", "said": row}
            self.outcomes[outcome["name"]] = outcome


def packed(folder: Path) -> bytes:
    """Return a folder's Python files as the tar file that the engine takes."""
    kept = io.BytesIO()
    with tarfile.open(fileobj=kept, mode="w") as tar:
        for file in sorted(folder.glob("*.py")):
            tar.add(file, f"{folder.name}/{file.name}")
    return kept.getvalue()


@contextmanager
def container_beside() -> Iterator[str]:
    """A container with a page on the engine's default bridge; yields its address."""
    client = engines.engine_or_skip()
    serve = ["python3", "-m", "http.server", "--directory", "/etc/ssl", "8000"]
    box = client.containers.run("nab/base", serve, detach=True, init=True, labels={proxies.LABEL: "egress"})
    try:
        box.reload()
        yield box.attrs["NetworkSettings"]["Networks"]["bridge"]["IPAddress"]
    finally:
        box.remove(force=True)


def agents_box(lab: proxies.Lab, stack: ExitStack):
    """A box as the harness makes an agent's, in a lab's network, with another command."""
    control, workspace = lab.root / "control", lab.root / "workspace"
    control.mkdir()
    workspace.mkdir(mode=0o777)
    (control / "phase").write_text("work\n", encoding="ascii")
    (control / agent_box.RESOLVER).write_text(
        f"nameserver {lab.address}\noptions timeout:3 attempts:2\n", encoding="ascii"
    )
    order = agent_box.AgentBox(
        name=f"nab-test-{uuid.uuid4().hex[:8]}",
        image=IMAGE,
        command=("sleep", "3600"),
        network=lab.network,
        workspace=AgentFolder(workspace),
        control=control,
        trusted=lab.trusted,
        limits=Limits(cpus=2, memory_gib=1),
        labels={proxies.LABEL: lab.network},
        environment=proxies.proxy_box.client_environment(),
    )
    box = lab.client.containers.create(**agent_box.options(order))
    stack.callback(box.remove, force=True, v=True)
    box.start()
    return box


def address_in(box, network: str) -> str:
    box.reload()
    return box.attrs["NetworkSettings"]["Networks"][network]["IPAddress"]


def facts_of(labs, boxes, internet, neighbour: str, listener: Listener) -> list[Facts]:
    """Tell every box all there is to know of its surroundings."""
    networks = [address for found in psutil.net_if_addrs().values() for address in found]
    hosts = [one.address for one in networks if one.family == socket.AF_INET and one.address != "127.0.0.1"]
    listening = {one.laddr.port for one in psutil.net_connections("tcp4") if one.status == psutil.CONN_LISTEN}
    return [
        Facts(
            token=uuid.uuid4().hex[:8],
            proxy=labs[here].address,
            internet=internet.address,
            gateway=labs[here].address.rpartition(".")[0]
            + f".{int(labs[here].address.rpartition('.')[2]) - 1}",
            proxy_outside=address_in(labs[here].proxy, internet.network),
            other_box=address_in(boxes[there], labs[there].network),
            other_proxy=labs[there].address,
            neighbour=neighbour,
            listener=listener.port,
            hosts=hosts,
            host_ports=sorted(listening | {listener.port, 22, 80}),
        )
        for here, there in ((0, 1), (1, 0))
    ]
