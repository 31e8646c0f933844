"""A bench with a running local tournament, and our scripts on it; whatever it made is removed at its end."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from pathlib import Path

import requests

from nab.actions.demo import demo
from nab.actions.disks import run_disks
from support.engines.last_steps import ended_by
from support.programs.interruptible import interruptible
from support.repository.benches import bench_on
from support.worlds import shared

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


# A launch without the trial of the image's clients: that takes longer than most runs here, and has tests of its own.
QUICK_LAUNCH = Path(__file__).parents[1] / "programs" / "quick_launch.py"


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


class World:
    """A bench with a running tournament, and our scripts on it. A test says whether a launch tries its clients."""

    tries_clients = False

    def __init__(self, folder: Path, *pace: str, settings: str = SETTINGS) -> None:
        port = free_port()
        self.bench = bench_on(folder, settings.format(port=port, slot=f"t{port}"))
        shared.lend_trust(self.bench)
        self.log = folder / "tournament.log"
        with self.log.open("wb") as sink:
            self.server = subprocess.Popen(
                self.bench.program("tournament.py", "--size", "tiny", *pace), stdout=sink, stderr=sink
            )
        self.url = f"http://127.0.0.1:{port}/admin/health"
        try:
            self.wait(self.answers, 300)
        except BaseException:
            self.server.kill()  # nobody has this world, so nobody closes it
            raise

    def answers(self) -> bool:
        assert self.server.poll() is None, self.log.read_text()
        try:
            return requests.get(self.url, timeout=2).ok
        except requests.RequestException:
            return False

    def program(self, name: str, *options: str) -> list[str]:
        """Return the words that start one of our scripts on this world."""
        python, script, *words = self.bench.program(name, *options)
        quick = name == "launch.py" and not self.tries_clients
        return [python, str(QUICK_LAUNCH) if quick else script, *words]

    def script(self, name: str, *options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.program(name, *options), capture_output=True, text=True, timeout=900, check=False
        )

    def start(self, name: str, *options: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            interruptible(self.program(name, *options)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
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
        """End what runs; without an engine, what can be ended without one."""
        with ended_by(self.remove_boxes, self.let_go_of_disks, self.end_server):
            self.script("stop.py")

    def remove_boxes(self) -> None:
        demo.remove_boxes(self.bench)

    def let_go_of_disks(self) -> None:
        run_disks.detach_all(self.bench)

    def end_server(self) -> None:
        self.server.send_signal(signal.SIGTERM)
        self.server.wait(20)
