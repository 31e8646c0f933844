"""The Docker engine is killed and comes back, while an agent that never ends is at work."""

import time
from contextlib import ExitStack

import pytest

from nab.core.facts import GapSeen, RunAdopted
from nab.core.runs.runs import RunState
from nab.edges.docker import boxes
from support.engines.own_engines import own_engine
from support.worlds.tiny import tiny_world

pytestmark = pytest.mark.timeout(600)
BUSY = "while :; do date +%s >> beats; sleep 0.5; done"
# Ends at once, over and over; after a hundred times it is well again.
CRASHES = "echo x >> crashes; [ $(wc -l < crashes) -gt 100 ] || exit 1; echo well again; sleep 10000"
IMAGES = ("nab/base", "nab/proxy")


@pytest.fixture
def engine_that(monkeypatch):
    """Have an engine of our own, and let everything use it."""
    with ExitStack() as open_ones:

        def have(*, live_restore):
            engine = open_ones.enter_context(own_engine(*IMAGES, live_restore=live_restore))
            monkeypatch.setenv("DOCKER_HOST", engine.address)
            return engine

        yield have


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
