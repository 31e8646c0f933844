"""The worst at the worst moment: the program, our launcher, our collector or the runner in the box is killed."""

import os
import signal

import psutil
import pytest

from nab.core.facts import GapSeen
from support.worlds.coding import AGENTS, coding_world

pytestmark = pytest.mark.timeout(420)
KILL_THE_RUNNER = """
import os, pathlib, signal
for found in pathlib.Path("/proc").glob("[0-9]*"):
    words = (found / "cmdline").read_bytes().split(b"\\0")
    if words[0].endswith(b"python3") and b"/usr/local/lib/nab/sessions.py" in words:
        os.kill(int(found.name), signal.SIGKILL)  # the box ends with it, and this program with the box
        signal.pause()
"""


def an_answer_is_on_its_way(world):
    return any(call["phase"] == "start" and call["status"] == 200 for call in world.calls())


@pytest.mark.parametrize("agent", AGENTS)
def test_a_program_killed_in_an_answer_goes_on_and_every_token_of_it_is_counted(agent):
    with coding_world("slow:seconds=4,then=basic") as world:
        launcher = world.begin(agent)
        group = world.group("work-1")
        world.until(lambda: an_answer_is_on_its_way(world), 60)
        world.in_the_box("bash", "-c", f"kill -9 -- -{group}")
        run = world.finish(launcher)

        assert world.endings() == ["killed", "done"]
        assert world.ended()[0].exit_code == -signal.SIGKILL
        assert (run.ended.ending, run.ended.cause, run.script.verdict) == ("finished", "agent", "ready")
        assert world.cut() == 1
        assert world.counted() == world.reported()


@pytest.mark.parametrize("agent", AGENTS)
def test_a_launcher_killed_in_a_session_is_followed_by_one_that_knows_as_much(agent):
    with coding_world("slow:seconds=3,then=basic") as world:
        launcher = world.begin(agent)
        world.group("work-1")
        launcher.send_signal(signal.SIGKILL)
        launcher.wait()

        assert world.script("watch_window.py").returncode == 0
        world.wait(lambda: world.run.ended, 120)

        assert world.endings() == ["done"]
        kinds = world.kinds()
        for kind in ("run.intended", "run.started", "session.started", "session.ended", "script.checked"):
            assert kinds.count(kind) == 1, kind
        assert kinds.count("run.adopted") == kinds.count("run.ended") == 1
        assert (world.run.ended.ending, world.run.ended.cause) == ("finished", "agent")
        assert world.run.script.verdict == "ready"
        assert world.counted() == world.reported() == world.counted_by_the_program()


@pytest.mark.parametrize("agent", ["claude"])
def test_a_collector_that_was_killed_is_back_and_nothing_is_missing_in_the_end(agent):
    with coding_world("slow:seconds=10,then=basic") as world:
        launcher = world.begin(agent)
        world.until(lambda: an_answer_is_on_its_way(world), 60)
        for collector in collectors(world.run.name):
            os.kill(collector, signal.SIGKILL)
        run = world.finish(launcher)

        assert [gap.witness for gap in world.facts(GapSeen)] == ["collector"]
        assert world.endings() == ["done"]
        assert (run.ended.ending, run.script.verdict) == ("finished", "ready")
        kept = world.transcripts(agent, world.paths.sessions / "home")
        assert kept and kept == world.transcripts(agent, world.paths.home.own_path)
        printed = (world.paths.outbox.own_path / "work-1" / "stdout").read_bytes()
        assert (world.paths.sessions / "work-1" / "stdout.jsonl").read_bytes() == printed
        assert world.counted() == world.reported() == world.counted_by_the_program()


def collectors(run):
    """Return who collects the sessions of a run."""
    found = [
        one.pid
        for one in psutil.process_iter(["cmdline"])
        if run in (one.info["cmdline"] or []) and any("collector.py" in word for word in one.info["cmdline"])
    ]
    assert found
    return found


@pytest.mark.parametrize("agent", ["codex"])
def test_a_runner_that_was_killed_ends_the_box_and_the_run_with_it(agent):
    with coding_world("slow:seconds=20,then=basic") as world:
        launcher = world.begin(agent)
        world.until(lambda: an_answer_is_on_its_way(world), 60)
        world.in_the_box("python3", "-c", KILL_THE_RUNNER, ends=137)
        run = world.finish(launcher)

        assert world.endings() == ["killed"]
        assert world.ended()[0].exit_code is None
        assert (run.ended.ending, run.ended.exit_code, run.script.verdict) == ("failed", 137, "missing")
        assert not world.box_runs()
        assert world.counted() == world.reported()
