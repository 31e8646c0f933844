"""The program of a coding agent's box, run here as it is, with a shell in the agent's place."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nab.edges.untrusted import outboxes
from nab.paths import AgentFolder

RUNNER = Path(__file__).resolve().parents[4] / "images" / "base" / "sessions.py"


class Box:
    def __init__(self, root):
        self.control, self.outbox, self.workspace = root / "control", root / "out", root / "workspace"
        for folder in (self.control, self.outbox, self.workspace):
            folder.mkdir()
        self.process = subprocess.Popen(
            [sys.executable, "-I", RUNNER],
            env={
                "PATH": "/usr/bin:/bin",
                "NAB_ORDER_FILE": str(self.control / outboxes.ORDER),
                "NAB_OUTBOX": str(self.outbox),
                "NAB_WORKSPACE": str(self.workspace),
            },
        )

    def start(self, session, script):
        outboxes.give(self.control, outboxes.StartOrder(session, ("sh", "-c", script)))

    def ended(self, session, seconds=15):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := outboxes.ended(AgentFolder(self.outbox), session):
                return found
            time.sleep(0.05)
        raise AssertionError(f"{session} did not end")

    def said(self, session):
        return (self.outbox / session / "stdout").read_text()

    def wait_for(self, file):
        deadline = time.monotonic() + 10
        while not (self.workspace / file).exists():
            assert time.monotonic() < deadline, f"no {file}"
            time.sleep(0.05)

    def wait_until_begun(self, session):
        deadline = time.monotonic() + 10
        while not (self.outbox / session / "began.json").exists():
            assert time.monotonic() < deadline, f"{session} did not begin"
            time.sleep(0.05)


@pytest.fixture
def box(tmp_path):
    made = Box(tmp_path)
    yield made
    made.process.kill()
    made.process.wait()


def test_a_session_runs_in_the_workspace_with_nothing_to_read_and_knows_its_name(box):
    box.start("work-1", "pwd; echo $NAB_SESSION; cat; echo oops >&2; exit 3")

    ended = box.ended("work-1")

    assert (ended.exit_code, ended.asked) == (3, False)
    assert box.said("work-1") == f"{box.workspace}\nwork-1\n"
    assert (box.outbox / "work-1" / "stderr").read_text() == "oops\n"
    assert ended.began <= ended.ended <= time.time()


@pytest.mark.full
def test_one_follows_the_other_and_none_is_run_twice(box):
    box.start("work-1", "echo once >> runs")
    box.ended("work-1")
    box.start("work-1", "echo twice >> runs")
    time.sleep(0.6)
    box.start("work-2", "echo second >> runs")
    box.ended("work-2")

    assert (box.workspace / "runs").read_text() == "once\nsecond\n"


@pytest.mark.full
def test_the_last_order_ends_the_box_with_its_exit_code(box):
    box.start("work-1", "true")
    box.ended("work-1")
    outboxes.give(box.control, outboxes.EndOrder(1))

    assert box.process.wait(10) == 1


def test_an_order_to_stop_ends_the_program_and_what_it_runs(box):
    box.start("work-1", "sleep 100 & touch began; wait")
    box.wait_for("began")
    outboxes.give(box.control, outboxes.Stop("work-1"))

    ended = box.ended("work-1")

    assert (ended.exit_code, ended.asked) == (-signal.SIGTERM, True)


def test_a_program_that_the_kernel_kills_is_told_by_its_signal(box):
    box.start("work-1", "kill -9 $$")

    ended = box.ended("work-1")

    assert (ended.exit_code, ended.asked) == (-signal.SIGKILL, False)


def test_a_box_that_is_stopped_ends_its_session_first_and_says_so(box):
    box.start("work-1", "trap 'echo bye; exit 0' TERM; touch began; while :; do sleep 0.1; done")
    box.wait_for("began")
    box.process.send_signal(signal.SIGTERM)

    assert box.process.wait(10) == 143
    assert (box.ended("work-1").exit_code, box.ended("work-1").asked) == (0, True)
    assert box.said("work-1") == "bye\n"


def test_a_program_that_is_not_there_is_a_session_that_ended(box):
    outboxes.give(box.control, outboxes.StartOrder("work-1", ("no-such-agent", "--yolo")))

    assert box.ended("work-1").exit_code == 127
    assert "no-such-agent: No such file" in (box.outbox / "work-1" / "stderr").read_text()


def test_what_a_killed_runner_had_begun_is_on_the_disk(box):
    box.start("work-1", "echo hello; touch began; sleep 5")
    box.wait_for("began")
    box.wait_until_begun("work-1")  # the program may be quicker than the note of its beginning
    box.process.kill()

    assert box.said("work-1") == "hello\n"
    assert json.loads((box.outbox / "work-1" / "began.json").read_text())["pid"] > 0


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"{",
        b"[]",
        b'{"began": 1, "ended": 2}',
        b'{"began": 1, "ended": 1e30, "exit_code": 0}',
        b"\xff" * 99,
        b"0" * 100_000,
        b'{"x":' + b"[" * 60_000,
        b'{"began": 1, "ended": 2, "exit_code": 0, "oom_kills": 99999999999999999999999}',
    ],
)
def test_what_an_agent_could_have_written_there_is_not_believed(tmp_path, written):
    (tmp_path / "work-1").mkdir()
    (tmp_path / "work-1" / "ended.json").write_bytes(written)

    assert outboxes.ended(AgentFolder(tmp_path), "work-1") is None


def test_a_link_out_of_the_outbox_is_not_followed(tmp_path):
    (tmp_path / "elsewhere.json").write_text('{"began": 1, "ended": 2, "exit_code": 0}')
    (tmp_path / "out" / "work-1").mkdir(parents=True)
    (tmp_path / "out" / "work-1" / "ended.json").symlink_to(tmp_path / "elsewhere.json")

    assert outboxes.ended(AgentFolder(tmp_path / "out"), "work-1") is None
