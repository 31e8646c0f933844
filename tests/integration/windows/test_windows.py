"""Rounds of the local tournament, through the watcher, to their last score."""

import signal
from datetime import datetime

import pytest

from nab.actions.recording import predictions
from nab.actions.upkeep.sync import sources
from nab.core.facts import AttemptEnded, Tick
from nab.core.recording.calls import lines
from nab.edges.docker import boxes
from nab.edges.files import compressed
from nab.tournament.server import remote

QUICK = ("--rounds-every", "16", "--window", "13", "--scoring-day", "0.3")
LONG = ("--rounds-every", "3600", "--window", "3000")


def tick(world):
    said = world.script("watch_window.py")
    assert said.returncode == 0, said.stderr
    return said.stdout


def to_the_next_round(world):
    """Let the tournament's clock stand a moment after the next round has opened."""
    tournament = world.bench.paths.tournament
    told = remote.ask(tournament, "GET", "health")
    until = datetime.fromisoformat(told["next_opens"]) - datetime.fromisoformat(told["now"])
    remote.move_clock(tournament, until.total_seconds() + 1)


def rows(world, entrant="random-l3"):
    return [row for row in world.bench.standings().rows if row.entrant == entrant]


def the_submission_is_kept(world):
    """What was put to the storage while the script was fired is kept whole, and nothing of it goes to the mirror."""
    (run,) = world.bench.runs()
    paths = world.bench.run(run)
    world.wait(lambda: predictions.count(world.bench, run).whole, 60)
    put = [call for call in lines.calls(paths.http.read_bytes().splitlines()) if call.upload]
    assert [(one.sha256, one.kind) for one in predictions.uploads(paths)] == [
        (call.upload_sha256, "submission") for call in put
    ]
    with compressed.opened(paths.predictions / put[0].upload_sha256) as file:
        assert file.readline().startswith(b"id,prediction")
    found = {one.path for one in sources.found(world.bench.paths, "all")}
    assert not [path for path in found if b"predictions" in path or b"uploads" in path]


@pytest.mark.pace(*QUICK)
def test_a_round_trip_from_the_window_to_the_final_score(world):
    assert world.script("launch.py", "--agent", "random", "--level", "L3").returncode == 0

    def resolved():
        tick(world)
        world.script("reconcile.py")
        world.script("fetch_scores.py")
        return any(row.resolved for row in rows(world))

    world.wait(resolved, 90)

    row = next(row for row in rows(world) if row.resolved)
    assert row.outcome.words == "verified on-time"
    assert set(row.scores) >= {"v2_corr20", "mmc"}
    assert 0 <= row.scores["mmc"].percentile <= 1
    assert "chain intact" in world.script("verify.py").stdout
    assert world.script("results.py").stdout.count("verified on-time") >= 1
    assert "verified on-time" in (world.bench.paths.rounds / f"{row.round.number}.json").read_text()
    assert world.kinds("random-l3").count("upload.seen") >= 1


@pytest.mark.pace(*LONG)
def test_a_listed_submission_is_never_fired_for_again(world):
    assert world.script("launch.py", "--agent", "random", "--level", "L3").returncode == 0
    to_the_next_round(world)
    world.wait(lambda: "fire" in tick(world), 100)

    assert "wait (Numerai lists a submission)" in tick(world)
    assert world.kinds().count("attempt.started") == 1
    the_submission_is_kept(world)
    by_hand = world.script("submit.py", "--entrant", "random-l3")
    assert (by_hand.returncode, "submit.sh ended well" in by_hand.stdout) == (0, True), by_hand.stderr
    unknown = world.script("submit.py", "--entrant", "codex-l4")
    assert (unknown.returncode, "enrolled: random-l3" in unknown.stderr) == (2, True)
    (box,) = world.bench.find_boxes()
    assert not box.running
    assert (world.bench.run(box.run).submissions).is_dir()


@pytest.mark.soak
@pytest.mark.pace(*LONG)
def test_a_watcher_killed_while_it_submits_leaves_a_box_that_the_next_tick_puts_right(world):
    assert world.script("launch.py", "--agent", "random", "--level", "L3").returncode == 0
    to_the_next_round(world)
    watcher = None

    def fired():
        nonlocal watcher
        if watcher is None or watcher.poll() is not None:
            watcher = world.start("watch_window.py")
        return "attempt.started" in world.kinds()

    world.wait(fired, 100)
    watcher.send_signal(signal.SIGKILL)
    watcher.wait()

    tick(world)
    tick(world)

    ends = [event.fact for event in world.bench.log.events() if isinstance(event.fact, AttemptEnded)]
    assert ends[0].exit_code is None and ends[0].cause == "harness"
    assert rows(world)[-1].outcome.status == "verified"
    assert [(box.labels[boxes.ROLE], box.running) for box in world.bench.find_boxes()] == [("agent", False)]


@pytest.mark.pace(*LONG)
def test_a_script_that_fails_is_the_agents_doing_and_its_output_is_kept(world):
    assert world.script("launch.py", "--agent", "random", "--level", "L3").returncode == 0
    to_the_next_round(world)
    (enrolment,) = world.bench.standings().enrolments.values()
    script = world.bench.run(enrolment.run).workspace.own_path / "submit.sh"
    script.write_text("#!/bin/bash\necho the reason\nexit 3\n")

    world.wait(lambda: "fire" in tick(world), 100)

    ended = next(event.fact for event in world.bench.log.events() if isinstance(event.fact, AttemptEnded))
    assert (ended.exit_code, ended.cause) == (3, "agent")
    kept = list(world.bench.run(enrolment.run).submissions.iterdir())
    assert "the reason" in kept[0].read_text()


@pytest.mark.pace(*LONG)
def test_every_tick_decides_for_every_entrant_even_without_a_script_or_an_answer(world):
    assert world.script("launch.py", "--agent", "random", "--level", "L3").returncode == 0
    to_the_next_round(world)
    (enrolment,) = world.bench.standings().enrolments.values()
    (world.bench.run(enrolment.run).workspace.own_path / "submit.sh").unlink()
    world.wait(lambda: "alert (the agent left no executable submit.sh)" in tick(world), 100)
    world.server.send_signal(signal.SIGTERM)
    world.server.wait(20)

    assert "did not answer" in tick(world)

    ticks = [event.fact for event in world.bench.log.events() if isinstance(event.fact, Tick)]
    assert {tuple(one.decisions) for one in ticks} == {("random-l3",)}
    assert ticks[-1].window == "unknown"


UPLOADING = "operation=submissionUploadAuth,times=0"


@pytest.mark.pace(*LONG)
def test_what_numerai_does_to_a_script_is_not_the_agents_doing_and_the_next_look_fires_again(world):
    assert world.script("launch.py", "--agent", "random", "--level", "L3").returncode == 0
    to_the_next_round(world)
    tournament = world.bench.paths.tournament
    faults = ("storage-refuses", f"html:{UPLOADING}")

    for one in faults:
        remote.ask(tournament, "POST", "faults", {"fault": one})
        assert "fire" in tick(world)
        remote.ask(tournament, "DELETE", "faults")
    assert rows(world)[-1].outcome.status == "open"
    assert "fire" in tick(world)

    ends = [event.fact for event in world.bench.log.events() if isinstance(event.fact, AttemptEnded)]
    assert [one.cause for one in ends] == ["numerai"] * len(faults) + ["unknown"]
    assert rows(world)[-1].outcome.words == "verified on-time"
