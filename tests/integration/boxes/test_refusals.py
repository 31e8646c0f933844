"""What the engine answers to making or starting a box: the run ends in order, or is waited for, and nothing is left."""

import pytest

from nab.core.facts import Cause, RunEnding
from nab.core.runs.states import RunState
from nab.edges.docker import boxes
from support.worlds.tiny import DUTIFUL, tiny_world

pytestmark = pytest.mark.timeout(180)
NO_SUCH_GPU = (
    '[[slots]]\nname = "{0}"\ngpus = ["nab-no-such-gpu"]\n'  # with `gpu = true` no engine starts a box on it
)


@pytest.fixture
def world():
    with tiny_world({"dutiful": DUTIFUL, "stays": "sleep infinity"}, levels=("L3", "L4")) as made:
        yield made


def ask_for_a_gpu_that_is_not_there(world):
    file = world.bench.config.file
    before = file.read_text()
    slot = world.bench.config.settings.limits.slot
    after = before.replace("[limits]\n", "[limits]\ngpu = true\n") + NO_SUCH_GPU.format(slot)
    file.write_text(after)
    return before


def test_a_run_whose_box_the_engine_does_not_start_ends_in_order_and_the_next_one_begins(world):
    before = ask_for_a_gpu_that_is_not_there(world)

    assert world.launch("dutiful", "L3").wait(120) == 1
    said = world.said_by("dutiful").read_text()
    [run] = world.bench.runs().values()
    assert "Traceback" not in said
    assert "the Docker engine would not start" in said.splitlines()[-2]
    assert (run.ended.ending, run.ended.cause) == (RunEnding.FAILED, Cause.HARNESS)
    assert world.bench.find_boxes() == []

    world.bench.config.file.write_text(before)
    assert world.launch("dutiful", "L3").wait(120) == 0


def test_a_run_that_has_begun_waits_for_an_engine_that_will_not_start_its_box_again(world):
    launcher = world.launch("stays")
    world.wait(lambda: world.runs() and world.run.state is RunState.RUNNING, 90)
    before = ask_for_a_gpu_that_is_not_there(world)
    launcher.kill()
    launcher.wait()
    boxes.remove(world.bench.engine, world.run.container)

    carer = world.launch("stays")
    world.wait(lambda: "waits: the Docker engine would not start" in world.said_by("stays").read_text(), 90)
    assert world.run.state is not RunState.ENDED
    world.bench.config.file.write_text(before)
    carer.kill()
    carer.wait()
    world.launch("stays")

    world.wait(lambda: world.run.state is RunState.RUNNING, 90)
    assert "Traceback" not in world.said_by("stays").read_text()
