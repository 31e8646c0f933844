"""The guide's agent of 25 lines asks a server of our own network, by name and through the proxy, as a real one."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from nab.core.facts import UsageCounted
from nab.edges.docker import image_tags
from support.engines import engines
from support.repository import checkouts, guides
from support.repository.checkouts import PAGE
from support.servers.scripted_models import Server
from support.worlds import world as worlds
from support.worlds.world import World

pytestmark = pytest.mark.timeout(900)
PACE = ("--rounds-every", "60", "--window", "56", "--scoring-day", "0.3")
SETTINGS = """
[tournament]
local_port = {{port}}
[models]
kind = "live"
[limits]
active_hours = 0.2
submit_minutes = 2
cpus = 2
memory_gib = 2
slot = "{{slot}}"
[providers.mine]
base_url = "http://{address}:{port_of_models}/v1"
key = "none"
prices = "acme"
[[entrants]]
agent = "shelly"
level = "L3"
model = "nab_shelly_l3"
"""
PRICES = """
version = "test"
[[price]]
provider = "acme"
model = "qwen/qwen3-coder"
from = 2020-01-01
input = 2
cache_read = 0.5
output = 10
source = "this test"
"""


@contextmanager
def at_the_bridge(url: str) -> Iterator[tuple[str, int]]:
    """Have a server of this machine answer at the address that Docker's usual bridge has, too."""
    bridge = engines.engine_or_skip().networks.get("bridge").attrs["IPAM"]["Config"][0]["Gateway"]
    there = (urlsplit(url).hostname, urlsplit(url).port)

    class Carries(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection(there) as far:
                back = threading.Thread(target=carry, args=(far, self.request), daemon=True)
                back.start()
                carry(self.request, far)
                back.join()

    class Relay(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Relay((bridge, 0), Carries) as relay:
        threading.Thread(target=relay.serve_forever, daemon=True).start()
        try:
            yield relay.server_address
        finally:
            relay.shutdown()


def carry(source, sink) -> None:
    """Copy what comes until it ends."""
    while piece := source.recv(1 << 16):
        sink.sendall(piece)
    sink.shutdown(socket.SHUT_WR)


def test_its_tokens_and_dollars_are_exact_and_its_submission_is_verified(monkeypatch):
    with checkouts.checkout() as checkout:
        guides.write_files(PAGE, checkout.folder, "images/agents/shelly/")
        file = checkout.folder / "images/agents/shelly/agent.toml"
        told = file.read_text().replace('provider = "openrouter"', 'provider = "mine"')
        auth = '[[cli.auth]]\nfield = "api_key"\nvariables = ["MODEL_KEY"]\n'
        assert auth in told
        told = told.replace(auth, "").replace(
            "[cli.environment]\n", '[cli.environment]\nMODEL_KEY = "none"\n'
        )
        file.write_text(told)
        monkeypatch.setenv("PYTHONPATH", str(checkout.folder / "lib"))
        models = Server(checkout.folder / "served", "--scenario", "submit")
        with at_the_bridge(models.url) as (address, port):
            settings = SETTINGS.format(address=address, port_of_models=port)
            monkeypatch.setattr(worlds, "bench_on", checkout.bench_on)
            world = World(checkout.folder, *PACE, settings=settings)
            (checkout.folder / "prices.toml").write_text(PRICES)
            try:
                assert world.script("images.py", "--agent", "shelly").returncode == 0
                launched = world.script("launch.py", "--agent", "shelly", "--level", "L3")
                assert launched.returncode == 0, launched.stdout + launched.stderr
                world.wait(lambda: verified(world), 240)
                facts = [event.fact for event in world.bench.log.events()]
            finally:
                world.close()
                image_tags.forget(engines.engine_or_skip(), "nab/agent-shelly")
        ledger = models.ledger()["entries"]
        models.ends()

    counted = [fact for fact in facts if isinstance(fact, UsageCounted) and fact.answers]
    assert {(fact.provider, fact.model) for fact in counted} == {("mine", "qwen/qwen3-coder")}
    assert (sum(fact.answers for fact in counted), sum(fact.cut for fact in counted)) == (len(ledger), 0)
    spent = {
        name: sum(entry["usage"][name] for entry in ledger)
        for name in ("input", "cache_read", "output", "reasoning")
    }
    assert {name: sum(getattr(fact.counts, name) for fact in counted) for name in spent} == spent
    rates = {"input": 2, "cache_read": 0.5, "output": 10}
    dollars = sum(rate * spent[name] for name, rate in rates.items()) / 1_000_000
    assert sum(fact.usd for fact in counted) == pytest.approx(dollars, abs=1e-9)


def verified(world: World) -> bool:
    """Look at the window as the timers do, and say whether a submission is in."""
    for script in ("watch_window.py", "reconcile.py"):
        assert world.script(script).returncode in {0, 75}
    return any(row.outcome.words == "verified on-time" for row in world.bench.standings().rows)
