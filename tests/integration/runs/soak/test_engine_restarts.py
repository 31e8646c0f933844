"""The Docker engine is killed and comes back, while an agent that never ends is at work."""

import os
import signal
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from nab.actions.recording import engine_events
from nab.core.facts import GapSeen, RunAdopted, RunEnded
from nab.core.runs.states import RunState
from nab.edges.docker import boxes
from nab.edges.files import locks
from support.engines.own_engines import own_engine
from support.worlds.tiny import tiny_world

pytestmark = pytest.mark.timeout(600)
# Ends its box a while after its first start, and works on in every later one.
ENDS_ITS_BOX = "echo x >> beats; [ -f go ] && exec sleep 10000; sleep 8; touch go; kill -9 -1"
BUSY = "while :; do date +%s >> beats; sleep 0.5; done"
# Ends at once, over and over; after a hundred times it is well again.
CRASHES = "echo x >> crashes; [ $(wc -l < crashes) -gt 100 ] || exit 1; echo well again; sleep 10000"
IMAGES = ("nab/base", "nab/proxy")


@pytest.fixture
def engine_that(monkeypatch):
    """Have an engine of our own, and let everything use it."""
    with ExitStack() as open_ones:

        def have(*more_images, live_restore):
            engine = open_ones.enter_context(own_engine(*IMAGES, *more_images, live_restore=live_restore))
            monkeypatch.setenv("DOCKER_HOST", engine.address)
            return engine

        yield have


def end_holder(lock):
    """Kill the process that holds a lock."""
    for found in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if found.readlink() == lock:
                os.kill(int(found.parts[2]), signal.SIGKILL)
    while locks.is_held(lock):
        time.sleep(0.05)


def beats(world):
    file = world.paths.workspace.own_path / "beats"
    return len(file.read_text().split()) if file.exists() else 0


def test_an_agent_whose_engine_lets_boxes_live_on_does_not_notice(engine_that):
    engine = engine_that(live_restore=True)
    with tiny_world({"tinya": BUSY}) as world:
        launcher = world.launch("tinya")
        world.wait(lambda: world.runs() and beats(world) > 3, 90)
        had, container = beats(world), world.run.container

        engine.kill()
        time.sleep(4)
        engine.start()
        world.wait(lambda: "engine" in [gap.witness for gap in world.facts(GapSeen)], 60)

        assert world.run.container == container and not world.run.lost_boxes
        assert world.run.state is RunState.RUNNING
        world.wait(lambda: beats(world) > had + 8, 30)
        assert world.endings() == []
        world.script("stop.py")
        assert launcher.wait(90) == 0
        assert world.run.ended.ending == "stopped"


def test_an_agent_whose_engine_takes_its_box_goes_on_in_it_and_that_is_our_doing(engine_that):
    engine = engine_that(live_restore=False)
    with tiny_world({"tinya": BUSY}) as world:
        launcher = world.launch("tinya")
        world.wait(lambda: world.runs() and beats(world) > 3, 90)
        container = world.run.container

        engine.kill()
        time.sleep(2)
        had = beats(world)
        engine.start()
        world.wait(lambda: world.run.lost_boxes and world.run.state is RunState.RUNNING, 90)
        world.wait(lambda: beats(world) > had + 4, 60)

        (lost,) = world.run.lost_boxes
        assert (lost.cause, lost.reason) == ("harness", "the Docker engine was started anew")
        assert world.run.container == container
        assert launcher.poll() is None, "one launcher saw it all"
        assert world.kinds().count("entrant.enrolled") == world.kinds().count("run.started") == 1
        world.script("stop.py")
        assert launcher.wait(90) == 0


@pytest.mark.parametrize("follower", [True, False], ids=["followed", "not followed"])
def test_an_engine_that_is_ended_in_order_takes_its_boxes_and_that_is_our_doing(engine_that, follower):
    # As at a reboot: every box gets TERM while the boot is the old one and the engine has not been started anew.
    engine = engine_that(live_restore=False)
    with tiny_world({"tinya": BUSY}) as world:
        launcher = world.launch("tinya")
        world.wait(lambda: world.runs() and beats(world) > 3, 90)
        duty = world.paths.lock(engine_events.DUTY)
        world.wait(world.paths.engine_events.exists, 60)  # it has told of the start, and is heard from now on
        if not follower:
            end_holder(duty)

        engine.end()
        time.sleep(4)
        assert not world.run.lost_boxes, "nothing is judged while the engine is not there"
        had = beats(world)
        engine.start()
        world.wait(lambda: world.run.lost_boxes and world.run.state is RunState.RUNNING, 90)
        world.wait(lambda: beats(world) > had + 4, 60)

        (lost,) = world.run.lost_boxes
        assert (lost.cause, lost.reason) == ("harness", "the Docker engine was started anew")
        assert any("kill SIGTERM" in line for line in lost.engine) is follower
        assert launcher.poll() is None, "one launcher saw it all"
        world.script("stop.py")
        assert launcher.wait(90) == 0


def test_a_control_whose_engine_is_ended_in_order_enrols_nobody(engine_that, world):
    engine = engine_that("nab/agent-baseline", live_restore=False)
    launcher = world.start("launch.py", "--agent", "baseline", "--level", "L3")
    world.wait(lambda: "run.started" in world.kinds(), 90)

    engine.end()
    engine.start()
    launcher.wait(90)

    (end,) = [event.fact for event in world.bench.log.events() if isinstance(event.fact, RunEnded)]
    assert (end.cause, end.reason) == ("harness", "the Docker engine was started anew")
    assert "entrant.enrolled" not in world.kinds()


def test_a_box_that_ends_while_its_engine_is_not_there_is_nobodys_doing(engine_that):
    engine = engine_that(live_restore=True)
    with tiny_world(
        {"tinya": "echo x >> beats; [ -f go ] && exec sleep 10000; sleep 8; touch go; kill -9 -1"}
    ) as world:
        launcher = world.launch("tinya")
        world.wait(lambda: world.runs() and beats(world) > 0, 90)

        engine.kill()
        world.wait((world.paths.workspace.own_path / "go").exists, 60)
        engine.start()
        world.wait(lambda: world.run.lost_boxes, 90)

        (lost,) = world.run.lost_boxes
        assert lost.cause == "unknown", lost
        world.script("stop.py")
        assert launcher.wait(90) == 0


def test_a_crash_loop_with_the_engine_and_the_launcher_killed_in_the_middle_ends_well(engine_that):
    engine = engine_that(live_restore=False)
    with tiny_world({"tinya": CRASHES}) as world:
        launcher = world.launch("tinya", "L4", "pause=0.05")
        world.wait(lambda: world.runs() and len(world.ended()) >= 50, 240)
        world.script("deadman.py")
        status = world.script("status.py").stdout
        assert "sessions in a row ended without calling a tool" in status
        assert "sessions end one after the other without a tool call" in status, "the alarm"

        had, container = len(world.started()), world.run.container
        assert had < 90, "it goes on crashing"
        engine.kill()
        launcher.kill()
        launcher.wait()
        engine.start()
        again = world.launch("tinya", "L4", "pause=0.05")
        crashes = world.paths.workspace.own_path / "crashes"
        world.wait(lambda: len(crashes.read_text().split()) > 100, 240)
        world.wait(lambda: world.run.open_session is not None, 30)

        assert len(world.facts(RunAdopted)) == 1
        (lost,) = world.run.lost_boxes
        assert (lost.cause, lost.reason) == ("harness", "the Docker engine was started anew")
        assert len({one.session for one in world.started()}) == len(world.started()) >= 100
        assert len(world.runs()) == 1 and again.poll() is None
        box = boxes.inspect(world.bench.engine, world.run.container)
        assert box.running and box.id == container and box.name == world.run.intended.slot
        said = world.paths.outbox.own_path / world.run.open_session.name / "stdout"
        world.wait(lambda: said.read_text() == "well again\n", 10)
        world.script("stop.py")
        assert again.wait(90) == 0
