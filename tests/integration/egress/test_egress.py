"""Every way out of a box that we know of, tried from real boxes against a fake internet (docs/egress.md)."""

import re
import socket
import time

import pytest
import requests

import ways_out
from support.repository.benches import REPOSITORY
from support.worlds import egress
from support.worlds.egress import SHAPES
from ways_out import RECORDED

pytestmark = pytest.mark.timeout(170)

WAYS = ways_out.load()
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


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with egress.world(tmp_path_factory.mktemp("egress")) as made:
        yield made


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
