"""Real engines for real tests: a local tournament, and a bench whose boxes are removed afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
import requests

from benches import bench_on
from nab.actions import demo
from nab.edges import engine

SETTINGS = """
[tournament]
local_port = {port}
[limits]
active_hours = 0.05
cpus = 2
memory_gib = 2
slot = "{slot}"
[recording]
resources_every = 0.5
history_every = 1
[[entrants]]
agent = "baseline"
level = "L3"
model = "nab_baseline_l3"
[[entrants]]
agent = "random"
level = "L3"
model = "nab_random_l3"
"""


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Everything here is slow; what needs an engine is skipped where none is, and fails in CI."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("slow")
    if engine.ping():
        return
    for item in items:
        if item.get_closest_marker("docker") and os.environ.get("CI") != "true":
            item.add_marker(pytest.mark.skip(reason="no Docker engine answers: make prepare"))


class World:
    """A bench with a running tournament, and our scripts on it."""

    def __init__(self, folder: Path, *pace: str) -> None:
        port = free_port()
        self.bench = bench_on(folder, SETTINGS.format(port=port, slot=f"t{port}"))
        self.log = folder / "tournament.log"
        with self.log.open("wb") as sink:
            self.server = subprocess.Popen(
                self.bench.program("tournament.py", "--size", "tiny", *pace), stdout=sink, stderr=sink
            )
        self.url = f"http://127.0.0.1:{port}/admin/health"
        self.wait(self.answers, 60)

    def answers(self) -> bool:
        assert self.server.poll() is None, self.log.read_text()
        try:
            return requests.get(self.url, timeout=2).ok
        except requests.RequestException:
            return False

    def script(self, name: str, *options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.bench.program(name, *options), capture_output=True, text=True, timeout=180, check=False
        )

    def start(self, name: str, *options: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.bench.program(name, *options), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def kinds(self, entrant: str | None = None) -> list[str]:
        return [event.kind for event in self.bench.log.events() if entrant in {None, event.entrant}]

    @staticmethod
    def wait(holds, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, f"waited {seconds} s in vain for {holds}"
            time.sleep(0.1)

    def close(self) -> None:
        self.script("stop.py")
        demo.remove_boxes(self.bench)
        self.server.send_signal(signal.SIGTERM)
        self.server.wait(20)


@pytest.fixture
def world(request):
    """A world at the pace that the test's `pace` marker names; its folder is short enough for a socket's path."""
    folder = Path(tempfile.mkdtemp(prefix="nab"))
    marker = request.node.get_closest_marker("pace")
    made = World(folder, *(marker.args if marker else ()))
    try:
        yield made
    finally:
        made.close()
        shutil.rmtree(folder)
