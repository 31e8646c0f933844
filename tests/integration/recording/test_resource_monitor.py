"""What the monitor writes of a real container, and that no kill for lack of memory is missed."""

import json
import signal
import subprocess
import time

import pytest

from nab.actions.recording import resource_monitor
from nab.core.recording import resources
from nab.core.text import times
from nab.edges.docker import boxes
from nab.paths import RunPaths
from support.engines.engines import image_or_skip
from support.repository.benches import bench_on

SETTINGS = "[recording]\nresources_every = 0.3\n"
RUN = "2026-05-16T130207Z-test-l3"
ONCE_TOLD = "until [ -e /tmp/go ]; do sleep 0.1; done"
IDLE = "sleep infinity"  # how slow the machine is decides how long a test needs its box
TILL_TOLD = "while :; do sleep 0.1; done"
EATS = "python3 -c 'x = bytearray(); [x.extend(bytes(1 << 20)) for _ in range(1 << 10)]'"


class Watched:
    """A container on a bench of its own, with the monitor as its own process beside it."""

    def __init__(self, folder):
        self.bench = bench_on(folder, SETTINGS)
        self.paths: RunPaths = self.bench.run(RUN)
        self.monitor = None

    def start(self, command, **options):
        labels = {boxes.STATE: str(self.bench.paths.root), boxes.RUN: RUN, boxes.ROLE: boxes.AGENT}
        made = boxes.create(
            self.bench.engine,
            {
                "image": image_or_skip("nab/base"), "command": ["sh", "-c", command], "labels": labels,
                "init": True, "mem_limit": 64 << 20, "memswap_limit": 64 << 20, "network": "none",
                "pids_limit": 50, "nano_cpus": int(1e9),
            } | options,
        )  # fmt: skip
        self.watch_from_the_start(made)
        return made

    def watch_from_the_start(self, made):
        boxes.start(self.bench.engine, made.id)
        self.launch_monitor()

    def launch_monitor(self):
        self.monitor = subprocess.Popen(self.bench.program("resource_monitor.py", "--run", RUN))

    def samples(self):
        return list(resource_monitor.samples(self.paths))

    def once_watched(self, box):
        """Let the box go on as soon as the monitor sees it, however long that takes to start."""
        wait(self, self.samples)
        subprocess.run(["docker", "exec", box.id, "touch", "/tmp/go"], check=True)

    def ended(self, box):
        """Wait for the end of the box, and of its monitor."""
        self.monitor.wait()
        while boxes.inspect(self.bench.engine, box.id).running:
            time.sleep(0.05)
        return boxes.inspect(self.bench.engine, box.id)

    def close(self):
        for box in self.bench.find_boxes():
            boxes.remove(self.bench.engine, box.id)
        if self.monitor:
            self.monitor.wait()


@pytest.fixture
def watched(tmp_path):
    made = Watched(tmp_path)
    yield made
    made.close()


def wait(world, holds):
    """Wait until something holds, while the monitor is there: the test's time limit is the only clock."""
    while not holds():
        assert world.monitor.poll() is None or holds(), "waited in vain"
        time.sleep(0.05)


def test_a_sample_has_what_the_documents_promise(watched):
    box = watched.start(f"{ONCE_TOLD}; head -c 30000000 /dev/urandom > /dev/null; {IDLE}")
    watched.once_watched(box)
    wait(watched, lambda: len(watched.samples()) > 8)
    said = subprocess.run(
        watched.bench.program("resource_monitor.py", "--run", RUN, "--once"), capture_output=True, check=True
    )
    boxes.stop(watched.bench.engine, box.id, 1)
    watched.ended(box)

    once = json.loads(said.stdout)
    lines = [json.loads(line) for line in watched.paths.resources.read_text().splitlines()]
    assert [line.get("started", False) for line in lines] == [True] + [False] * (len(lines) - 1)
    assert [line.get("last", False) for line in lines] == [False] * (len(lines) - 1) + [True]
    for line in (once, lines[1]):
        assert line["cpu_limit"] == 1 and line["memory_limit_bytes"] == 64 << 20
        assert line["processes_limit"] == 50 and line["processes"] >= 2
        assert 0 < line["memory_bytes"] <= line["memory_peak_bytes"] and line["oom_kills"] == 0
        assert "gpus" not in line or line["gpus"]
    assert lines[-1]["cpu_seconds"] > lines[1]["cpu_seconds"] > 0


def test_network_counters_are_those_of_the_container(watched):
    command = "sleep 2; python3 -c \"import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM)" \
        f".sendto(bytes(1000), ('255.255.255.254', 9))\"; {IDLE}"  # fmt: skip
    box = watched.start(command, network="bridge")
    wait(watched, lambda: any((one.sent_packets or 0) > 0 for one in watched.samples()))
    boxes.remove(watched.bench.engine, box.id)

    assert any(one.sent_bytes >= 42 for one in watched.samples() if one.sent_bytes)


def test_a_child_killed_for_memory_counts_though_the_box_ends_well_and_the_engine_saw_nothing(watched):
    box = watched.start(f"trap 'exit 0' TERM; {ONCE_TOLD}; {EATS}; {EATS}; {TILL_TOLD}")
    watched.once_watched(box)
    wait(watched, lambda: resource_monitor.oom_kills(watched.paths) == 2)
    boxes.stop(watched.bench.engine, box.id, 120)  # a docker exec could be killed for memory, too
    ended = watched.ended(box)

    assert ended.exit_code == 0
    assert resource_monitor.oom_kills(watched.paths) == 2


def test_a_kill_of_the_main_process_is_on_record_although_the_box_is_gone_at_once(watched):
    box = watched.start(f"{ONCE_TOLD}; exec {EATS}")
    watched.once_watched(box)
    ended = watched.ended(box)

    assert ended.exit_code == 137
    assert resource_monitor.oom_kills(watched.paths) == 1
    assert watched.samples()[-1].last


def test_a_killed_monitor_leaves_a_gap_that_is_computable(watched):
    box = watched.start(IDLE)
    wait(watched, lambda: len(watched.samples()) > 3)
    watched.monitor.send_signal(signal.SIGKILL)
    watched.monitor.wait()
    before = len(watched.samples())
    time.sleep(1.5)
    watched.launch_monitor()
    wait(watched, lambda: len(watched.samples()) > before + 2)
    boxes.stop(watched.bench.engine, box.id, 1)
    ended = watched.ended(box)

    summary = resources.summary(watched.samples(), 0.3, ended.finished_at)
    (gap,) = [one for one in summary.gaps if one.restarted]
    last, first = (times.parse(one.time) for one in watched.samples()[before - 1 : before + 1])
    assert gap.seconds == pytest.approx((first - last).total_seconds(), abs=0.01)
    assert gap.seconds > 1
    assert summary.samples == len(watched.samples())


def test_a_second_monitor_is_busy(watched):
    watched.start(IDLE)
    wait(watched, watched.samples)
    second = subprocess.run(
        watched.bench.program("resource_monitor.py", "--run", RUN), capture_output=True, check=False
    )

    assert second.returncode == 75
