"""Every real coding agent in trouble that passes: a limit, a broken answer, a full memory. The work goes on."""

from datetime import timedelta

import pytest

from nab.core.text import times
from nab.core.usage import working_time
from support.worlds.coding import AGENTS, coding_world

pytestmark = pytest.mark.timeout(420)
every_agent = pytest.mark.parametrize("agent", AGENTS)
NAMES_NO_TIME = "gemini"


def finished_well(world):
    """Say whether the newest run came to a good end, exactly counted."""
    run = world.run
    assert (run.ended.ending, run.ended.cause, run.script.verdict) == ("finished", "agent", "ready"), (
        world.said
    )
    assert world.counted() == world.reported()
    return True


def spent(world):
    return working_time.spent(
        [event for event in world.bench.log.events() if event.run == world.run.name],
        times.parse(world.run.ended.finished_at),
    )


@every_agent
def test_a_rate_limit_is_waited_for_by_the_program_itself(agent):
    with coding_world("rate-limit:times=2,then=basic") as world:
        world.launch(agent)

        assert world.endings() == ["done"]
        assert finished_well(world)
        assert world.counted_by_the_program() == world.reported()
        (session,) = world.ended()
        assert session.quiet_seconds > 2
        assert spent(world).waiting["quota"] == pytest.approx(session.quiet_seconds, abs=0.1)


@every_agent
def test_a_used_up_plan_is_waited_for_until_the_time_that_the_provider_named(agent):
    with coding_world("usage-limit:minutes=134") as world:
        launcher = world.begin(agent)
        world.until(world.endings, 60)
        (session,) = world.ended()
        assert session.ending == "usage_limit", session
        named = times.parse(session.ended) + timedelta(minutes=134)
        if agent == NAMES_NO_TIME:
            assert session.retry_at is None
        else:
            assert abs(times.parse(session.retry_at) - named) < timedelta(minutes=2)

        world.script("watch_window.py")
        told = world.script("status.py").stdout
        assert "running" in told and "work-1 ended: usage_limit" in told
        assert world.script("stop.py").returncode == 0
        run = world.finish(launcher)

        assert (run.ended.ending, run.ended.cause, run.script.verdict) == ("stopped", "harness", "missing")
        # Where no time was named it is tried again: that session may have been ended by us.
        assert set(world.endings()) <= {"usage_limit"} | ({"killed"} if agent == NAMES_NO_TIME else set())
        assert "entrant.enrolled" not in world.kinds()
        assert world.counted() == world.reported()


@pytest.mark.soak
@every_agent
def test_when_the_plan_has_tokens_again_the_same_conversation_goes_on(agent):
    with coding_world("usage-limit:times=1,step=1,minutes=1,then=basic") as world:
        world.launch(agent)

        assert world.endings() == ["usage_limit", "done"]
        assert finished_well(world)
        assert world.counted_by_the_program() == world.reported()
        assert [one.mode for one in world.started()] == ["first", "resume"]
        first, second = world.ended()
        assert first.conversation == second.conversation == world.started()[1].conversation
        time = spent(world)
        assert time.working < 30
        assert time.waiting["quota"] > 4
        if agent != NAMES_NO_TIME:
            assert second.began >= first.retry_at
            assert world.started()[1].because == "usage_limit"


@every_agent
def test_an_answer_that_breaks_off_is_counted_as_far_as_it_came(agent):
    with coding_world("stream-cut:then=basic") as world:
        world.launch(agent)

        # Two of the three ask again by themselves.
        assert world.endings() == (["network", "done"] if agent == "gemini" else ["done"])
        assert finished_well(world)
        assert world.cut() == 1


# How often a conversation that is too long is refused until its program gives it up: claude shortens it and tries.
REFUSED = {"claude": 7, "codex": 1, "gemini": 1}


@every_agent
def test_a_conversation_that_is_too_long_is_followed_by_a_fresh_one(agent):
    with coding_world(f"context-overflow:times={REFUSED[agent]},step=1,then=basic") as world:
        world.launch(agent)

        assert world.endings() == ["context_overflow", "done"]
        assert finished_well(world)
        assert [one.mode for one in world.started()] == ["first", "fresh"]
        first, second = world.ended()
        assert first.conversation != second.conversation


@pytest.mark.parametrize("agent", ["codex"])
def test_an_agent_that_goes_on_for_ever_is_started_again_until_it_is_stopped(agent):
    with coding_world("basic") as world:
        launcher = world.begin(agent, "L4")
        assert world.kinds().count("entrant.enrolled") == 1

        world.until(lambda: len(world.ended()) >= 3, 90)
        assert world.script("stop.py").returncode == 0
        run = world.finish(launcher)

        assert (run.ended.ending, run.ended.cause, run.script.verdict) == ("stopped", "harness", "ready")
        assert world.endings()[:3] == ["done"] * 3
        assert [one.mode for one in world.started()][:3] == ["first", "resume", "resume"]
        assert len({one.conversation for one in world.ended()[:3]}) == 1
        assert world.kinds().count("entrant.enrolled") == 1
        assert world.counted() == world.reported()
