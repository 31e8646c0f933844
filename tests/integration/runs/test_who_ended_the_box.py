"""Boxes that end in every way, on the real engine: each end is booked to whoever it was."""

import subprocess
from datetime import datetime

import pytest

from nab.actions.recording import engine_events
from nab.core.facts import AttemptEnded, BoxEnded, GapSeen, RunEnded, TurnBegan, TurnEnded
from nab.core.runs.runs import runs
from nab.core.runs.states import RunState
from nab.edges.docker import boxes
from nab.edges.files import locks
from nab.tournament.server import remote
from support.worlds.tiny import tiny_world

BUSY = "while :; do date +%s >> beats; sleep 0.5; done"
# Its box's first program is told to run it by name; who kills all that may be killed ends the box.
ENDS_ITSELF = "sleep 3; [ -f once ] && exec sleep 10000; touch once; kill -9 -1"


def docker(*words):
    return subprocess.run(["docker", *words], capture_output=True, text=True, check=True).stdout


def pause(world, box):
    """Pause a box; on a busy machine the kernel does not freeze it at the first try."""
    world.wait(lambda: subprocess.run(["docker", "pause", box], check=False).returncode == 0, 30)


def followed(world):
    return locks.is_held(world.paths.lock(engine_events.DUTY))


def at_work(world, agent="tinya"):
    """Launch a small agent, and wait until it works and its box is followed."""
    launcher = world.launch(agent)
    world.wait(
        lambda: world.runs() and (world.paths.workspace.own_path / "beats").exists() and followed(world), 90
    )
    return launcher


def weekly(*case):
    return pytest.param(*case, marks=pytest.mark.soak)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("kill",), "docker kill (SIGKILL) from outside at "),
        weekly(("kill", "--signal", "INT"), "docker kill (SIGINT) from outside at "),
        weekly(("stop", "--time", "5"), "docker stop (SIGTERM) from outside at "),
        weekly(("restart", "--time", "0"), "docker restart (SIGKILL) from outside at "),
        (("rm", "--force"), "docker rm -f (SIGKILL) from outside at "),
    ],
    ids=["kill", "kill INT", "stop", "restart", "rm"],
)
def test_a_box_that_a_person_ends_is_not_ended_by_its_agent_and_starts_again(words, said):
    with tiny_world({"tinya": BUSY}) as world:
        launcher = at_work(world)

        docker(*words, world.run.container)
        world.wait(lambda: world.run.lost_boxes and world.run.state is RunState.RUNNING, 90)

        (lost,) = world.facts(BoxEnded)
        assert lost.cause == "harness"
        assert lost.reason.startswith(said), lost
        assert any(" die exit code " in line for line in lost.engine)
        assert said in world.script("show.py", "--run", world.run.name).stdout
        had = (world.paths.workspace.own_path / "beats").stat().st_size
        world.wait(lambda: (world.paths.workspace.own_path / "beats").stat().st_size > had, 60)
        world.script("stop.py")
        assert launcher.wait(90) == 0
        assert world.run.ended.ending == "stopped", "what we end ourselves is on record first"


def test_an_agent_that_kills_all_in_its_box_ended_it_itself():
    with tiny_world({"tinya": ENDS_ITSELF}) as world:
        launcher = world.launch("tinya")
        world.wait(lambda: world.runs() and world.run.lost_boxes, 90)

        (lost,) = world.facts(BoxEnded)
        assert (lost.cause, lost.exit_code) == ("agent", 137)
        assert lost.reason == "its box ended with exit code 137"
        world.script("stop.py")
        assert launcher.wait(90) == 0


def test_a_kill_that_nobody_of_ours_saw_is_asked_for_afterwards():
    with tiny_world({"tinya": BUSY}) as world:
        launcher = at_work(world)
        launcher.kill()
        launcher.wait()
        docker("kill", "--signal", "TERM", world.run.container)
        world.wait(lambda: not followed(world), 60)

        again = world.launch("tinya")
        world.wait(lambda: world.run.lost_boxes, 90)

        assert world.facts(BoxEnded)[0].reason.startswith("docker kill (SIGTERM) from outside at ")
        world.script("stop.py")
        assert again.wait(90) == 0


def test_a_box_that_a_person_pauses_goes_on_and_its_proxy_too():
    with tiny_world({"tinya": BUSY}) as world:
        launcher = at_work(world)

        pause(world, world.run.container)
        world.wait(lambda: boxes.inspect(world.bench.engine, world.run.container).works, 60)
        world.wait(lambda: world.facts(TurnBegan), 20)
        assert [turn.because for turn in world.facts(TurnEnded)] == ["its box was found paused"]
        (proxy,) = world.bench.find_boxes(world.run.name, boxes.PROXY)
        pause(world, proxy.id)
        world.wait(lambda: world.facts(GapSeen), 90)

        (gap,) = world.facts(GapSeen)
        assert (gap.witness, gap.reason) == ("proxy", "its box was paused")
        assert all(box.works for box in world.bench.find_boxes(world.run.name))
        assert not world.run.lost_boxes
        world.script("stop.py")
        assert launcher.wait(90) == 0


def only_run(world):
    (run,) = runs(world.bench.log.events()).values()
    return run


@pytest.mark.parametrize("words", [("kill",), weekly(("stop", "--time", "0"))], ids=["kill", "stop"])
def test_a_control_that_a_person_ends_enrols_nobody(world, words):
    launcher = world.start("launch.py", "--agent", "baseline", "--level", "L3")
    world.wait(lambda: "run.started" in world.kinds(), 60)

    docker(*words, only_run(world).container)
    launcher.wait(60)

    (end,) = [event.fact for event in world.bench.log.events() if isinstance(event.fact, RunEnded)]
    assert (end.ending, end.cause, end.submit_script) == ("failed", "harness", None)
    assert "(SIGKILL) from outside at " in end.reason
    assert "entrant.enrolled" not in world.kinds()


@pytest.mark.pace("--rounds-every", "3600", "--window", "3000")
def test_a_box_that_is_killed_under_its_submission_is_not_its_agents_failure(world):
    assert world.script("launch.py", "--agent", "random", "--level", "L3").returncode == 0
    told = remote.ask(world.bench.paths.tournament, "GET", "health")
    until = datetime.fromisoformat(told["next_opens"]) - datetime.fromisoformat(told["now"])
    remote.move_clock(world.bench.paths.tournament, until.total_seconds() + 1)
    run = only_run(world)
    script = world.bench.run(run.name).workspace.own_path / "submit.sh"
    script.write_text("#!/bin/sh\ntouch there\nsleep 100\n")
    firing = world.start("submit.py", "--entrant", run.entrant)
    world.wait((script.parent / "there").exists, 90)

    docker("kill", run.container)
    firing.wait(60)

    (end,) = [event.fact for event in world.bench.log.events() if isinstance(event.fact, AttemptEnded)]
    assert end.cause == "harness"
    assert "docker kill (SIGKILL) from outside at " in end.reason
