"""A run, with the real engine, proxy, agent and tournament; and what happens when its launcher is killed."""

import json
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from nab.core.facts import RunEnded
from nab.core.runs.runs import runs
from nab.edges.docker import boxes
from nab.edges.git import repository

ONCE = ("run.intended", "run.created", "run.started", "run.ended", "entrant.enrolled")


def only_run(world):
    (run,) = runs(world.bench.log.events()).values()
    return run


def ended(world):
    return "entrant.enrolled" in world.kinds()


def history(paths):
    listed = subprocess.run(
        ["git", f"--git-dir={paths.history}", "ls-tree", "-r", "--name-only", "HEAD"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return listed.stdout.split()


def test_everything_that_a_run_promises_is_on_record(world):
    world.tries_clients = True
    said = world.script("launch.py", "--agent", "baseline", "--level", "L3")

    assert said.returncode == 0, said.stdout + said.stderr
    assert "submit.sh is ready" in said.stdout
    run = only_run(world)
    paths = world.bench.run(run.name)
    lines = [json.loads(line) for line in paths.http.read_text().splitlines()]
    calls = [line for line in lines if line["phase"] in {"start", "done"}]
    assert {"listDatasets", "dataset"} <= {
        field for call in calls for field in (call["graphql"] or {}).get("fields", [])
    }
    assert any(call["category"] == "numerai-data" and call["response_bytes"] > 10_000 for call in calls)
    assert repository.commits(paths.history) > 1
    assert "submit.sh" in history(paths)
    samples = [json.loads(line) for line in paths.resources.read_text().splitlines()]
    assert samples[-1]["cpu_seconds"] > 0 and samples[-1]["memory_bytes"] > 0
    assert run.ended.exit_code == 0 and run.ended.oom_kills == 0
    box = boxes.inspect(world.bench.engine, run.container)
    assert (box.name, box.running) == (f"nab-done-{run.name}", False)
    assert run.intended.digests["nab/agent-baseline"] == run.intended.image
    assert [box.labels[boxes.ROLE] for box in world.bench.find_boxes()] == ["agent"]


def test_the_key_is_nowhere_that_the_agent_or_a_reader_of_the_record_could_find_it(world):
    world.script("launch.py", "--agent", "random", "--level", "L3")

    secret = json.loads((world.bench.paths.tournament / "key.json").read_text())["secret_key"].encode()
    paths = world.bench.run(only_run(world).name)
    files = [file for file in paths.root.rglob("*") if file.is_file() and not file.is_symlink()]
    recorded = [
        file for file in files if file.suffix != ".img"
    ]  # what these hold is mounted, and among the files
    assert len(recorded) > 5
    assert [file for file in recorded if secret in file.read_bytes()] == []
    assert secret not in b"".join(file.read_bytes() for file in world.bench.paths.events.glob("*.jsonl"))
    agent = world.bench.engine.containers.get(only_run(world).container)
    assert secret.decode() not in json.dumps(agent.attrs)


def test_a_run_whose_launcher_was_killed_goes_on_and_the_next_tick_adopts_it(world):
    launcher = world.start("launch.py", "--agent", "baseline", "--level", "L3")
    world.wait(lambda: "run.started" in world.kinds(), 60)
    launcher.send_signal(signal.SIGKILL)
    launcher.wait()
    box = boxes.inspect(world.bench.engine, only_run(world).container)
    assert box.running

    tick = world.script("watch_window.py")
    world.wait(lambda: ended(world), 120)

    assert tick.returncode == 0, tick.stderr
    assert "run.adopted" in world.kinds()
    for kind in ONCE:
        assert world.kinds().count(kind) == 1
    after = boxes.inspect(world.bench.engine, box.id)
    assert after.started_at == box.started_at
    assert only_run(world).ended.ending == "finished"


def test_a_launcher_that_is_told_to_end_leaves_its_run_going_for_the_next_one(world):
    launcher = world.start("launch.py", "--entrant", "baseline-l3")
    world.wait(lambda: "run.started" in world.kinds(), 60)
    launcher.send_signal(signal.SIGTERM)

    assert launcher.wait(10) == 130
    box = boxes.inspect(world.bench.engine, only_run(world).container)
    assert box.running
    next_one = world.script("launch.py", "--entrant", "baseline-l3")
    assert next_one.returncode == 0, next_one.stderr
    assert [world.kinds().count(kind) for kind in (*ONCE, "run.adopted")] == [1] * 6
    assert only_run(world).ended.ending == "finished"


@pytest.mark.soak
def test_launchers_killed_at_any_moment_start_nothing_twice_and_lose_nothing(world):
    for number in range(8):
        launcher = world.start("launch.py", "--agent", "random", "--level", "L3")
        time.sleep(0.4 + 0.4 * number)
        launcher.send_signal(signal.SIGKILL)
        launcher.wait()
    world.wait(lambda: world.script("launch.py", "--agent", "random", "--level", "L3").returncode == 0, 60)

    known = runs(world.bench.log.events())
    made = [box for box in world.bench.find_boxes() if box.labels[boxes.ROLE] == boxes.AGENT]
    assert sorted(box.run for box in made) == sorted(run.name for run in known.values() if run.container)
    for run in known.values():
        kinds = [event.kind for event in world.bench.log.events() if event.run == run.name]
        assert [kinds.count(kind) for kind in ONCE[:4]] == [1, 1, 1, 1]
        assert run.ended.ending == "finished"
    assert not [box for box in made if box.running]
    assert [box.name for box in world.bench.find_boxes() if box.labels[boxes.ROLE] == boxes.PROXY] == []


def test_a_second_launch_while_one_runs_is_busy_and_starts_nothing(world):
    launcher = world.start("launch.py", "--agent", "baseline", "--level", "L3")
    world.wait(lambda: "run.started" in world.kinds(), 60)

    words = ("--agent", "baseline", "--level", "L3"), ("--agent", "random", "--level", "L3", "--no-wait")
    with (
        ThreadPoolExecutor() as pool
    ):  # at once: on a busy machine the first run may be over before a third launch
        again, other = pool.map(lambda of: world.script("launch.py", *of), words)

    assert (again.returncode, other.returncode) == (75, 75)
    assert "is running" in again.stderr and "is running" in other.stderr
    assert world.kinds().count("run.intended") == 1
    launcher.wait(120)


@pytest.mark.soak
def test_a_launch_waits_for_its_turn_and_says_what_for(world):
    first = world.start("launch.py", "--agent", "baseline", "--level", "L3")
    world.wait(lambda: "run.started" in world.kinds(), 60)

    said = world.script("launch.py", "--agent", "random", "--level", "L3")
    first.wait(60)

    assert said.returncode == 0, said.stderr
    assert "random-l3 waits: baseline-l3 has the machine to itself until its run ends" in said.stdout
    kinds = [(event.kind, event.entrant) for event in world.bench.log.events()]
    assert kinds.index(("run.ended", "baseline-l3")) < kinds.index(("run.starting", "random-l3"))
    assert all(run.ended.ending == "finished" for run in runs(world.bench.log.events()).values())


@pytest.mark.soak
def test_who_leaves_the_queue_has_started_nothing(world):
    first = world.start("launch.py", "--agent", "baseline", "--level", "L3")
    world.wait(lambda: "run.started" in world.kinds(), 60)
    waiting = world.start("launch.py", "--agent", "random", "--level", "L3")
    world.wait(lambda: "run.intended" in world.kinds("random-l3"), 30)
    time.sleep(1)

    waiting.send_signal(signal.SIGINT)  # soon: what it waits for takes some seconds only

    assert waiting.wait(30) == 130
    assert world.kinds("random-l3") == ["run.intended", "run.stopping", "run.ended"]
    assert [box.run for box in world.bench.find_boxes() if "random" in box.run] == []
    first.wait(60)


@pytest.mark.soak
def test_one_of_the_runs_can_be_stopped_while_it_waits(world):
    first = world.start("launch.py", "--agent", "baseline", "--level", "L3")
    world.wait(lambda: "run.started" in world.kinds(), 60)
    waiting = world.start("launch.py", "--agent", "random", "--level", "L3")
    world.wait(lambda: "run.intended" in world.kinds("random-l3"), 30)
    (name,) = [name for name in runs(world.bench.log.events()) if "random" in name]

    assert world.script("stop.py", "--run", "no-such-run").returncode == 2
    said = world.script("stop.py", "--run", name)

    assert said.returncode == 0, said.stderr
    waiting.wait(30)
    known = runs(world.bench.log.events())
    assert known[name].ended.ending == "stopped"
    assert first.wait(60) == 0


def test_stop_ends_a_run_in_order_and_says_so(world):
    launcher = world.start("launch.py", "--agent", "baseline", "--level", "L3")
    world.wait(lambda: "run.started" in world.kinds(), 60)

    said = world.script("stop.py")
    launcher.wait(60)

    assert said.returncode == 0, said.stderr
    assert only_run(world).ended.ending == "stopped"
    assert not [box for box in world.bench.find_boxes() if box.running]
    assert world.script("stop.py").stdout == "nothing is running\n"


@pytest.mark.soak
def test_a_box_that_somebody_removes_behind_our_back_is_an_orphan_and_our_doing(world):
    launcher = world.start("launch.py", "--agent", "baseline", "--level", "L3")
    world.wait(lambda: "run.started" in world.kinds(), 60)

    boxes.remove(world.bench.engine, only_run(world).container)
    launcher.wait(60)

    (end,) = [event.fact for event in world.bench.log.events() if isinstance(event.fact, RunEnded)]
    assert (end.ending, end.cause) == ("orphaned", "harness")
    assert not ended(world)
