"""L4 agents on one machine: each in its turn, by the launchers themselves, whatever happens to these."""

import signal
import time
from itertools import pairwise

import pytest

from nab.core.facts import Intervened, SessionEnded, TurnBegan, TurnEnded
from nab.core.runs.states import RunState
from nab.edges.docker import boxes
from support.worlds.tiny import DUTIFUL, tiny_world

pytestmark = pytest.mark.timeout(300)
BUSY = "while :; do date +%s >> beats; sleep 0.5; done"
SHORT = ("slice=8", "notice=2")


def awake(world):
    return [box.run for box in world.bench.find_boxes(role=boxes.AGENT) if box.status == "running"]


def beats(world, run):
    file = world.bench.run(run).workspace.own_path / "beats"
    return len(file.read_text().split()) if file.exists() else 0


def test_two_agents_that_never_end_have_the_machine_in_turns():
    with tiny_world({"tinya": BUSY, "tinyb": BUSY}) as world:
        first = world.launch("tinya", "L4", *SHORT)
        world.wait(lambda: len(awake(world)) == 1, 60)
        second = world.launch("tinyb", "L4", *SHORT)
        world.wait(lambda: len(world.facts(TurnEnded)) >= 4, 120)

        most = 0
        for _ in range(40):
            most = max(most, len(awake(world)))
            time.sleep(0.25)
        assert most == 1
        one, two = world.runs()
        assert beats(world, one.name) > 5 and beats(world, two.name) > 5
        a, b = (f"{world.named(name)}-l4" for name in ("tinya", "tinyb"))
        assert f"{a}: " in world.said_by("tinyb").read_text(), "it says what it waits for"
        assert world.facts(SessionEnded) == [], "a paused agent is neither silent nor ended"
        assert "yield" in world.interventions()
        said = world.script("status.py").stdout
        assert "paused until its turn" in said
        ledger = world.script("turns.py").stdout
        assert a in ledger and b in ledger

        assert world.script("stop.py").returncode == 0
        assert (first.wait(60), second.wait(60)) == (0, 0)
        assert [run.ended.ending for run in world.runs()] == ["stopped", "stopped"]
        assert_no_turns_overlap(world)


def assert_no_turns_overlap(world):
    """Say by the log that each turn was over before the next one began."""
    kinds = [
        event.kind
        for event in world.bench.log.events()
        if event.kind in {"turn.began", "turn.ended", "run.started", "box.started"}
    ]
    for before, after in pairwise(kinds):
        assert "ended" in {before.rpartition(".")[2], after.rpartition(".")[2]}, kinds


def test_turns_go_on_when_every_launcher_is_killed():
    with tiny_world({"tinya": BUSY, "tinyb": BUSY}) as world:
        launchers = [world.launch("tinya", "L4", *SHORT)]
        world.wait(lambda: len(awake(world)) == 1, 60)
        launchers.append(world.launch("tinyb", "L4", *SHORT))
        world.wait(lambda: world.facts(TurnBegan), 90)
        for launcher in launchers:
            launcher.send_signal(signal.SIGKILL)
            launcher.wait()
        assert len(awake(world)) == 1

        assert world.script("watch_window.py").returncode == 0
        world.wait(lambda: all(world.bench.attended(run.name) for run in world.runs()), 60)

        assert {run.state for run in world.runs()} == {RunState.RUNNING}
        assert len(awake(world)) == 1
        world.script("stop.py")
        world.wait(lambda: all(run.ended for run in world.runs()), 60)


def test_a_run_of_its_own_has_the_machine_to_itself_and_the_loop_goes_on_after_it():
    with tiny_world({"tinya": BUSY, "tinyc": f"sleep 6; {DUTIFUL}"}, levels=("L3", "L4")) as world:
        world.launch("tinya", "L4", *SHORT)
        world.wait(lambda: len(awake(world)) == 1, 60)
        alone = world.launch("tinyc", "L3", *SHORT)
        world.wait(lambda: len(world.runs()) == 2, 30)
        loop, own = world.runs()
        world.wait(lambda: world.runs()[1].started_at, 60)
        assert awake(world) == [own.name]

        assert alone.wait(60) == 0
        world.wait(lambda: awake(world) == [loop.name], 30)

        assert world.runs()[1].ended.ending == "finished"
        told = [fact.text for fact in world.facts(Intervened) if fact.what == "yield"]
        assert told and "Your turn on this machine ends at" in told[0]


def test_a_box_that_somebody_removes_is_made_again_and_the_agent_goes_on_in_its_workspace():
    with tiny_world({"tinya": BUSY}) as world:
        launcher = world.launch("tinya", "L4")
        world.wait(lambda: world.runs() and beats(world, world.run.name) > 3, 60)
        before, had = world.run.container, beats(world, world.run.name)
        boxes.remove(world.bench.engine, before)

        world.wait(lambda: world.run.lost_boxes and world.run.state is RunState.RUNNING, 150)
        world.wait(lambda: beats(world, world.run.name) > had + 3, 60)

        (lost,) = world.run.lost_boxes
        assert lost.cause == "harness"
        assert lost.reason.startswith("docker rm -f (SIGKILL) from outside at ")
        assert world.run.container != before
        assert world.endings()[:1] == ["killed"]
        assert launcher.poll() is None
        world.script("stop.py")
        assert launcher.wait(60) == 0
