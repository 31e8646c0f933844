"""Every real coding agent that comes to nothing: whose doing it was, and what the windows make of it."""

import pytest

from support.worlds.coding import AGENTS, coding_world

pytestmark = pytest.mark.timeout(420)
every_agent = pytest.mark.parametrize("agent", AGENTS)
WINDOWS = ("--rounds-every", "16", "--window", "15")


@every_agent
def test_a_key_that_is_not_taken_is_our_doing_and_enrols_nobody(agent):
    with coding_world("auth") as world:
        run = world.launch(agent, seconds=300)  # claude asks eleven times, for three minutes

        assert world.endings() == ["auth"]
        assert (run.ended.ending, run.ended.cause, run.script.verdict) == ("failed", "harness", "missing")
        assert "entrant.enrolled" not in world.kinds()
        assert world.counted() == world.reported()


@every_agent
def test_a_program_that_stops_early_left_no_script_and_every_tick_says_so(agent):
    with coding_world("stops-early", *WINDOWS) as world:
        run = world.launch(agent)

        assert world.endings() == ["done"]
        assert (run.ended.ending, run.ended.cause, run.script.verdict) == ("finished", "agent", "missing")
        assert world.counted() == world.reported() == world.counted_by_the_program()
        alert = f"{agent}-l3: alert (the agent left no executable submit.sh)"
        world.wait(lambda: alert in world.script("watch_window.py").stdout, 60)


@every_agent
def test_a_model_that_does_not_want_to_is_the_agents_doing(agent):
    with coding_world("refusal") as world:
        run = world.launch(agent)

        assert world.endings() == ["refusal"]
        assert (run.ended.ending, run.ended.cause, run.script.verdict) == ("failed", "agent", "missing")
        assert "entrant.enrolled" in world.kinds()
        assert world.counted() == world.reported()


@every_agent
def test_a_model_that_says_nothing_is_tried_again_after_longer_and_longer_rests(agent):
    with coding_world("empty-turn") as world:
        launcher = world.begin(agent)
        world.until(lambda: len(world.ended()) >= 2, 150)
        assert world.script("stop.py").returncode == 0
        run = world.finish(launcher)

        assert world.endings()[:2] == ["empty_turn"] * 2
        assert [one.because for one in world.started()][:2] == ["", "empty_turn"]
        assert (run.ended.ending, run.ended.cause, run.script.verdict) == ("stopped", "harness", "missing")
        assert world.counted() == world.reported()
