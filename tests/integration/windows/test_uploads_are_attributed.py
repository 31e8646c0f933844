"""Who made a submission: real processes in a real box, and a server in the proxy's place that keeps its record."""

import socketserver
import threading
import time
from ipaddress import ip_network

import pytest

from nab.core.facts import RoundSeen, UploadSeen
from nab.core.text import times
from nab.edges import clock
from support.records.proxy_lines import dump
from support.worlds.boxes_of_processes import RUN, WHO, ProcessBox

CLIENT = (
    "import socket, sys, time; time.sleep(float(sys.argv[3]));"
    "s = socket.create_connection((sys.argv[1], int(sys.argv[2]))); s.recv(1);"
    "s = socket.create_connection((sys.argv[1], int(sys.argv[2])));"
    "s.sendall(sys.argv[4].encode()); s.recv(1); time.sleep(60)"
)


class Proxy(socketserver.ThreadingTCPServer):
    """Answers an upload's first call at once and its last after a moment, and records both with the client's port."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, gateway, record, *, knows_ports):
        super().__init__((gateway, 0), Upload)
        self.record, self.knows_ports, self.calls = record, knows_ports, 0
        record.parent.mkdir(parents=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def note(self, field, submission, began, port):
        line = {
            "time": times.text(began), "phase": "done", "session": "work", "denied": None,
            "seconds": (clock.now() - began).total_seconds(),
            "graphql": {"operation": "mutation", "fields": [field], "submission": submission},
        }  # fmt: skip
        if self.knows_ports:
            line["client_port"] = port
        with self.record.open("ab") as file:
            file.write(dump(line))


class Upload(socketserver.BaseRequestHandler):
    def handle(self):
        self.server.calls += 1
        first, began, port = self.server.calls % 2, clock.now(), self.client_address[1]
        if first:
            self.server.note("submissionUploadAuth", None, began, port)
            self.request.sendall(b"a")
            return
        name = self.request.recv(20).decode()
        time.sleep(0.4)
        self.server.note("createSubmission", name, began, port)
        self.request.sendall(b"b")
        time.sleep(5)


@pytest.fixture(params=[True, False], ids=["ports", "no ports"])
def knows_ports(request):
    return request.param


@pytest.fixture
def box(tmp_path):
    made = ProcessBox(tmp_path, network="bridge")
    yield made
    made.close()


@pytest.fixture
def proxy(box, knows_ports):
    (bridge,) = box.bench.engine.networks.get("bridge").attrs["IPAM"]["Config"]
    # An engine that has never been started before does not name the gateway; it is the first address.
    gateway = bridge.get("Gateway") or str(ip_network(bridge["Subnet"])[1])
    with Proxy(gateway, box.paths.http, knows_ports=knows_ports) as made:
        yield made
        made.shutdown()


def client(proxy, after, name):
    host, port = proxy.server_address
    return f"python3 -c '{CLIENT}' {host} {port} {after} {name}"


def upload(box):
    found = box.wait(
        lambda: [event for event in box.bench.log.events() if isinstance(event.fact, UploadSeen)]
    )
    (event,) = found
    return event


def test_what_a_leftover_uploads_while_no_session_goes_on_is_its_own(box, proxy):
    box.session("work-1", f"setsid {client(proxy, 4, 's1')} >/dev/null 2>&1 & sleep 1")

    made = upload(box).fact
    assert (made.submission, made.by) == ("s1", f"leftover:{box.seen()[0].identity}")
    assert made.how == ("port" if proxy.knows_ports else "alone")


def test_what_a_leftover_uploads_beside_a_session_is_its_own_where_the_port_is_known(box, proxy):
    box.session("work-1", f"setsid {client(proxy, 5, 's1')} >/dev/null 2>&1 & sleep 1")
    host, port = hold(proxy)
    box.begin("work-2", f"exec 3<>/dev/tcp/{host}/{port}; sleep 20")

    made = upload(box).fact
    leftover = f"leftover:{box.seen()[0].identity}"
    if proxy.knows_ports:
        assert (made.by, made.how) == (leftover, "port")
    else:
        assert (made.by, made.candidates) == ("unknown", (leftover, "session:work-2"))


def test_what_a_session_uploads_beside_a_leftover_is_the_sessions(box, proxy):
    box.session("work-1", "setsid nohup sleep 600 >/dev/null 2>&1 & sleep 1")
    box.begin("work-2", client(proxy, 4, "s2"))

    made = upload(box).fact
    assert (made.by, made.how) == ("session:work-2", "port" if proxy.knows_ports else "connection")


def test_what_a_session_uploads_alone_is_its_own_and_in_the_round_that_is_open(box, proxy):
    now = clock.now()
    fact = RoundSeen(opens=times.text(now), closes_staking="2099-01-01T00:00:00Z")
    box.bench.log.append(fact, round=1269)
    box.begin("work-1", client(proxy, 1, "s3"))

    event = upload(box)
    assert (event.fact.by, event.round, event.run, event.entrant) == ("session:work-1", 1269, RUN, WHO)


def hold(proxy):
    """Return an address at which connections are taken and kept: as an agent's program keeps one to its model."""
    listener = socketserver.ThreadingTCPServer((proxy.server_address[0], 0), Kept)
    listener.daemon_threads = True
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    return listener.server_address


class Kept(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.recv(1)
