"""Every real coding agent that does not end by itself, or leaves something: its time, its silence, its memory."""

import psutil
import pytest

from support.worlds.coding import AGENTS, coding_world

pytestmark = pytest.mark.timeout(420)
every_agent = pytest.mark.parametrize("agent", AGENTS)


@pytest.mark.soak
@every_agent
def test_a_tool_that_hangs_ends_with_the_time_of_the_run(agent):
    with coding_world("hangs", active_hours=30 / 3600) as world:
        run = world.launch(agent, seconds=200)

        assert world.endings() == ["killed"]
        assert (run.ended.ending, run.ended.cause, run.script.verdict) == ("timed_out", "agent", "missing")
        assert run.stopping == "budget"
        assert not world.box_runs()
        assert world.counted() == world.reported()


@pytest.mark.parametrize("agent", ["claude"])
def test_a_session_without_a_word_is_ended_and_gone_on_with(agent):
    with coding_world("hangs", silent_minutes=0.4) as world:
        launcher = world.begin(agent)
        world.until(lambda: len(world.started()) == 2, 90)
        assert world.script("stop.py").returncode == 0
        run = world.finish(launcher)

        assert world.endings() == ["killed", "killed"]
        assert world.interventions() == ["stall"]
        assert [(one.mode, one.because) for one in world.started()] == [("first", ""), ("resume", "killed")]
        assert (run.ended.ending, run.ended.cause, run.script.verdict) == ("stopped", "harness", "missing")
        assert world.counted() == world.reported()


@pytest.mark.soak
@pytest.mark.parametrize("agent", ["codex"])
def test_near_the_end_of_its_time_an_agent_is_told_so_in_a_session_of_its_own(agent):
    with coding_world("hangs", active_hours=45 / 3600, wind_down_minutes=0.5) as world:
        run = world.launch(agent, seconds=200)

        assert world.endings() == ["killed", "killed"]
        assert world.interventions() == ["wind-down"]
        assert [one.because for one in world.started()] == ["", "wind-down"]
        (notice,) = [one.text for one in run.interventions]
        assert "About 1 minutes of your working time are left" in notice
        told = b"".join(world.transcripts(agent, world.paths.home.own_path).values())
        assert notice.split(".")[0].encode() in told
        assert (run.ended.ending, run.ended.cause, run.script.verdict) == ("timed_out", "agent", "missing")
        assert world.counted() == world.reported()


@every_agent
def test_what_was_left_in_the_background_ends_with_the_run(agent):
    seconds = 600 + AGENTS.index(agent)
    with coding_world(f"background:seconds={seconds}") as world:
        run = world.launch(agent)

        assert world.endings() == ["done"]
        assert (run.ended.ending, run.ended.cause, run.script.verdict) == ("finished", "agent", "missing")
        assert b"started " in (world.paths.sessions / "work-1" / "stdout.jsonl").read_bytes()
        assert not world.box_runs()
        commands = [one.info["cmdline"] for one in psutil.process_iter(["cmdline"])]
        assert ["sleep", str(seconds)] not in commands
        assert world.counted() == world.reported() == world.counted_by_the_program()


@every_agent
def test_a_tool_that_takes_all_memory_is_killed_and_on_record(agent):
    with coding_world("out-of-memory", memory_gib=1) as world:
        launcher = world.begin(agent)
        world.until(world.endings, 60)
        first = world.ended()[0]
        if first.ending != "done":  # the kernel took the program in place of its tool, and would again
            assert world.script("stop.py").returncode == 0
        run = world.finish(launcher)

        assert first.oom_kills >= 1
        assert first.ending == ("done" if first.exit_code == 0 else "out_of_memory")
        assert run.ended.ending == ("finished" if first.ending == "done" else "stopped")
        assert (run.ended.oom_kills >= 1, run.script.verdict) == (True, "missing")
        assert world.counted() == world.reported()
