"""Every way out of a box that we know of, tried from real boxes against a fake internet (docs/egress.md)."""

import io
import json
import re
import socket
import tarfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

import engines
import internets
import proxies
import ways_out
from benches import REPOSITORY
from nab.config import Limits
from nab.edges import agent_box
from ways_out import RECORDED, Facts

pytestmark = [pytest.mark.docker, pytest.mark.timeout(170)]

WAYS = ways_out.load()
IMAGE = "nab/control"  # it has aiohttp
# How each wall shows at the box's side; elsewhere the kernel or the engine may word it differently.
SIGNS = {
    ways_out.NO_ROUTE: "nothing answers|timed out|No route|unreachable|no IPv6|Cannot assign",
    ways_out.KERNEL: "not permitted|denied|refused|No such file|not readable|none|only our own|no new privileges",
    ways_out.CLOSED: "nothing answers|refused|reset by peer|not permitted|No such device|not supported|timed out",
    ways_out.RESOLVER: "answer code|the proxy's own address|timed out",
    ways_out.GATE: " (400|403|421|505) ",
    ways_out.DIALLING: " 502 ",
    ways_out.PROTOCOL: " 400 |no answer|hung up",
}
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


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Iterator[World]:
    """Try everything from both boxes at once; the tests look at what came of it."""
    root = tmp_path_factory.mktemp("egress")
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
        self.box, self.facts = box, facts
        self.outcomes: dict[str, dict[str, str]] = {}

    def run(self) -> None:
        self.box.put_archive("/opt", packed(Path(ways_out.__file__).parent))
        self.box.exec_run(["python3", "-m", "http.server", "8000"], detach=True, workdir="/opt/ways_out")
        argv = ["python3", "-m", "ways_out", json.dumps(asdict(self.facts))]
        printed = self.box.exec_run(argv, environment={"PYTHONPATH": "/opt"}).output.decode(errors="replace")
        for row in printed.splitlines():
            if row.startswith("{"):
                outcome = json.loads(row)
                self.outcomes[outcome["name"]] = outcome
            else:
                print(row)


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
        workspace=workspace,
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


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", [name for name, way in WAYS.items() if way.stopped_by != RECORDED])
def test_a_way_out_is_closed(world, name, shape):
    outcome = world.tried[shape].outcomes[name]

    assert "reached" not in outcome, outcome
    assert re.search(SIGNS[WAYS[name].stopped_by], outcome["stopped"]), outcome


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", [name for name, way in WAYS.items() if way.stopped_by == RECORDED])
def test_an_ordinary_call_gets_through_and_is_on_record(world, name, shape):
    tried = world.tried[shape]
    path = tried.facts.page(name)

    assert "reached" in tried.outcomes[name], tried.outcomes[name]
    assert [line for line in tried.lab.written() if line["path"].endswith(path) and line["status"]], path


@pytest.mark.parametrize("name", [name for name, way in WAYS.items() if way.leaves])
def test_what_the_proxy_stopped_is_on_record(world, name):
    for tried in world.tried.values():
        said = [
            f"{line['host']}:{line['port']} {(line['denied'] or {}).get('rule')}"
            for line in tried.lab.written()
        ]

        assert any(line.startswith(WAYS[name].leaves) for line in said), said


def test_nothing_came_out_that_is_not_on_record(world):
    known = {(line["method"], line["scheme"], line["host"], line["path"]) for line in world.written}
    came = {
        (call["method"], call["scheme"], call["host"].lower(), call["path"].partition("?")[0])
        for call in world.internet.received("http")
    }

    assert came
    assert came - known == set()


def test_only_the_proxies_called_and_only_on_the_webs_two_ports(world):
    proxies_outside = {tried.facts.proxy_outside for tried in world.tried.values()}
    connections = world.internet.received("tcp")

    assert {line["from"] for line in world.internet.received()} <= proxies_outside
    assert {line["port"] for line in connections} <= {80, 443}
    assert world.internet.received("udp") == []
    assert world.internet.received("echo") == []
    assert world.internet.pings() == 0


def test_only_names_of_calls_were_looked_up_outside(world):
    called = {line["host"].lower() for line in world.written if line["method"] != "DNS"}
    asked = {line["name"] for line in world.internet.received("dns")}

    assert asked <= called
    assert not any("tunnel" in name for name in asked)


def test_nobody_called_the_hosts_service(world):
    with socket.create_connection(("127.0.0.1", world.listener.port), 2):
        deadline = time.monotonic() + 5
        while not world.listener.callers and time.monotonic() < deadline:
            time.sleep(0.02)

    assert [caller[0] for caller in world.listener.callers] == ["127.0.0.1"]


def test_the_walls_are_tried_against_something_that_answers(world):
    assert requests.get(f"http://{world.neighbour}:8000/", timeout=5).ok
    for tried in world.tried.values():
        assert tried.box.exec_run(["python3", "-c", LISTENS]).output.strip() == b"200"


LISTENS = (
    "import socket, urllib.request as u; here = socket.gethostbyname(socket.gethostname());"
    "print(u.build_opener(u.ProxyHandler({})).open('http://%s:8000/' % here).status)"
)


def test_the_guide_lists_every_way_and_what_stops_it():
    text = (REPOSITORY / "docs/egress.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (.*?) \| ([a-z ]+) \|$", text, re.MULTILINE)

    assert rows == [(way.name, way.says, way.stopped_by) for way in WAYS.values()]
