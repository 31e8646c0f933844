"""The witnesses of a run are killed; the run goes on, they come back, and the gap is on record."""

import json
import signal
import time

import psutil

from nab.actions.runs import sidecars
from nab.core.facts import AttemptEnded, CallsDenied, Cause, GapSeen, RunEnding, UploadSeen
from nab.core.runs.runs import runs
from nab.edges.docker import boxes
from nab.edges.files import locks

SIDECARS = {
    duty: script for duty, script in sidecars.SIDECARS.items() if duty not in sidecars.OF_CODING_AGENTS
}


def facts(world, kind):
    return [event.fact for event in world.bench.log.events() if isinstance(event.fact, kind)]


def only_run(world):
    (run,) = runs(world.bench.log.events()).values()
    return run


def kill_sidecar(run, script):
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if run in words and any(word.endswith(script) for word in words):
            process.send_signal(signal.SIGKILL)


def proxies(world, run):
    return [box for box in world.bench.find_boxes(run, boxes.PROXY) if box.running]


def test_a_run_outlives_its_witnesses_and_says_when_they_were_gone(world):
    launcher = world.start("launch.py", "--agent", "baseline", "--level", "L3")
    world.wait(lambda: "run.started" in world.kinds(), 60)
    run = only_run(world)
    agent = world.bench.engine.containers.get(run.container)
    programs = psutil.Process(agent.attrs["State"]["Pid"]).children(recursive=True)
    for program in programs:  # so that there is a run for as long as this test takes
        program.suspend()
    locked = [world.bench.run(run.name).lock(duty) for duty in SIDECARS]
    world.wait(lambda: all(locks.is_held(lock) for lock in locked), 30)
    (old,) = proxies(world, run.name)

    world.bench.engine.containers.get(old.id).kill()
    for script in SIDECARS.values():
        kill_sidecar(run.name, script)

    world.wait(lambda: len(facts(world, GapSeen)) == 1 + len(SIDECARS), 60)
    assert {gap.witness for gap in facts(world, GapSeen)} == {"proxy", *SIDECARS}
    assert all(gap.began < gap.ended for gap in facts(world, GapSeen))
    assert all(locks.is_held(lock) for lock in locked)
    (new,) = proxies(world, run.name)
    assert new.id != old.id
    for program in programs:
        program.resume()
    agent.exec_run(["curl", "-sS", "https://203.0.113.7/"])
    assert launcher.wait(120) == 0
    assert only_run(world).ended.ending is RunEnding.FINISHED
    assert ("address", "203.0.113.7", 1) in [
        (fact.rule, fact.host, fact.count) for fact in facts(world, CallsDenied)
    ]


def test_a_submission_whose_proxy_dies_is_the_harness_doing_and_the_next_one_goes_through(world):
    world.script("launch.py", "--agent", "random", "--level", "L3")
    run = only_run(world)
    script = world.bench.run(run.name).workspace.own_path / "submit.sh"
    good = script.read_text()
    script.write_text("#!/bin/sh\nsleep 5\ncurl -sSf https://api-tournament.numer.ai/\n")

    firing = world.start("submit.py", "--entrant", "random-l3")
    world.wait(lambda: proxies(world, run.name), 60)
    time.sleep(1)
    for proxy in proxies(world, run.name):
        world.bench.engine.containers.get(proxy.id).kill()
    firing.wait(120)

    (attempt,) = facts(world, AttemptEnded)
    assert attempt.cause is Cause.HARNESS, attempt
    script.write_text(good)
    again = world.script("submit.py", "--entrant", "random-l3")
    assert again.returncode == 0, again.stdout + again.stderr
    assert [upload.by for upload in facts(world, UploadSeen)] == ["scheduler"]
    sessions = {
        json.loads(line)["session"] for line in world.bench.run(run.name).http.read_text().splitlines()
    }
    assert any(session.startswith("submit-") for session in sessions)
