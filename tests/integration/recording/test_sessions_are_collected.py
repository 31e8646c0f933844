"""The collector as its own process beside a real container whose program prints, and is hostile."""

import signal
import subprocess
import time

import pytest

from nab.actions.recording.sessions import collector
from nab.core.levels import Level
from nab.edges.docker import boxes
from nab.edges.files import locks
from support.engines.engines import image_or_skip
from support.records.logs import intended
from support.repository.benches import bench_on

RUN = "2026-05-16T130207Z-codex-l3"


class Collected:
    """A container with an outbox and a home, and the collector beside it."""

    def __init__(self, folder):
        self.bench = bench_on(folder)
        self.paths = self.bench.run(RUN)
        self.bench.log.append(intended("codex", Level.L3), entrant="codex-l3", run=RUN)
        for place in (self.paths.outbox.own_path, self.paths.home.own_path):
            place.mkdir(parents=True)
            place.chmod(0o777)
        self.collector = None

    def start(self, command):
        labels = {boxes.STATE: str(self.bench.paths.root), boxes.RUN: RUN, boxes.ROLE: boxes.AGENT}
        options = {
            "image": image_or_skip("nab/base"), "command": ["bash", "-c", command], "labels": labels, "init": True,
            "network": "none", "working_dir": "/tmp",
            "volumes": {
                str(self.paths.outbox.own_path): {"bind": "/run/nab-out", "mode": "rw"},
                str(self.paths.home.own_path): {"bind": "/home/agent", "mode": "rw"},
            },
        }  # fmt: skip
        box = boxes.create(self.bench.engine, options)
        boxes.start(self.bench.engine, box.id)
        return box

    def collect(self):
        with self.paths.log.open("ab") as sink:
            words = self.bench.program("collector.py", "--run", RUN)
            self.collector = subprocess.Popen(words, stdout=sink, stderr=sink)

    def copied(self, place):
        path = self.paths.sessions / place
        return path.read_bytes() if path.exists() else b""


@pytest.fixture
def run(tmp_path):
    collected = Collected(tmp_path)
    yield collected
    if collected.collector and collected.collector.poll() is None:
        collected.collector.kill()
        collected.collector.wait()
    for box in collected.bench.find_boxes():
        boxes.remove(collected.bench.engine, box.id)


def until(true, seconds=20):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def test_what_is_printed_is_in_the_copy_while_more_is_printed_and_the_collector_ends_with_the_box(run):
    run.start(
        "cd /run/nab-out; mkdir work-1; for i in $(seq 12); do echo $i >>work-1/stdout; sleep 0.5; done;"
        " mkdir -p ~/.codex/sessions/2026/05/16; echo '{}' >~/.codex/sessions/2026/05/16/rollout-1.jsonl"
    )
    run.collect()
    until(lambda: locks.is_held(run.paths.lock(collector.DUTY)))

    grew = set()
    while run.collector.poll() is None:
        grew.add(len(run.copied("work-1/stdout.jsonl").split()))
        time.sleep(0.05)

    assert run.collector.returncode == 0
    assert len(grew - {0, 12}) >= 2
    assert run.copied("work-1/stdout.jsonl") == (run.paths.outbox.own_path / "work-1/stdout").read_bytes()
    assert run.copied("home/.codex/sessions/2026/05/16/rollout-1.jsonl") == b"{}\n"
    assert run.paths.log.read_text() == ""


def test_a_second_collector_of_a_run_ends_at_once(run):
    run.start("sleep 60")
    run.collect()
    until(lambda: locks.is_held(run.paths.lock(collector.DUTY)))

    words = run.bench.program("collector.py", "--run", RUN)
    assert subprocess.run(words, capture_output=True, check=False).returncode == 75


@pytest.mark.soak
def test_a_killed_collector_is_followed_by_one_that_goes_on_exactly(run):
    run.start(
        "mkdir /run/nab-out/work-1; for i in $(seq 300); do seq $((i * 500)) $((i * 500 + 499))"
        " >>/run/nab-out/work-1/stdout; sleep 0.02; done"
    )
    for pause in (1.5, 1.3, 1.7):
        run.collect()
        until(lambda: locks.is_held(run.paths.lock(collector.DUTY)))
        time.sleep(pause)
        run.collector.send_signal(signal.SIGKILL)
        run.collector.wait()
    run.collect()

    assert run.collector.wait(timeout=60) == 0
    assert run.copied("work-1/stdout.jsonl") == (run.paths.outbox.own_path / "work-1/stdout").read_bytes()
    assert len(list((run.paths.sessions / "work-1").iterdir())) == 1


def test_a_box_that_means_harm_stops_nothing_and_nothing_of_ours_is_read(run, tmp_path):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "stdout").write_text("secret")
    run.start(
        f"cd /run/nab-out; mkdir work-1 work-2; mkfifo work-1/stderr; ln -s {secret} work-3;"
        f" ln -s {secret}/stdout work-2/stdout; truncate -s 100M work-2/stderr;"
        " (while :; do mv work-1 w; ln -s / work-1; rm work-1; mv w work-1; done) & pid=$!;"
        " for i in $(seq 100); do echo $i >>/run/nab-out/w/stdout || echo $i >>/run/nab-out/work-1/stdout;"
        " sleep 0.02; done 2>/dev/null; kill $pid; sleep 0.2; [ -d w ] && rm -f work-1 && mv w work-1; sleep 3"
    )
    run.collect()

    assert run.collector.wait(timeout=120) == 0

    for path in run.paths.sessions.rglob("*"):
        assert path.is_dir() or path.stat().st_size > 1 << 20 or b"secret" not in path.read_bytes()
    assert run.copied("work-1/stdout.jsonl") == (run.paths.outbox.own_path / "work-1/stdout").read_bytes()
    assert (run.paths.sessions / "work-2/stderr.log").stat().st_size == 100 << 20
    assert not (run.paths.sessions / "work-3").exists()
