"""One entrant's trouble holds neither the log nor another entrant back."""

import json
import os
import shutil
import subprocess
from datetime import timedelta

import pytest

from nab.actions.upkeep.sync import mirror_index, stage
from nab.actions.upkeep.sync import pieces as taking
from nab.core.errors import FAILED
from nab.core.upkeep.sync import manifest
from nab.core.upkeep.sync.answers import Answer
from nab.core.upkeep.sync.mirror_index import blob_id
from nab.edges import clock
from nab.edges.secrets import guarded
from nab.edges.untrusted import workspaces
from support.worlds.sync import OTHER, RUN, SECRET, SyncWorld, git

pytestmark = [pytest.mark.full, pytest.mark.skipif(not shutil.which("git"), reason="needs git")]
POISON = 'git ls-tree -r --name-only "$new" | grep -q poison && { echo "no, and no word why"; exit 1; }\n'


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.setattr(workspaces, "RACY_SECONDS", 0)
    return SyncWorld(tmp_path.resolve())


def refuses(world, script=POISON):
    """Have the remote judge each push by a script, which knows its `new` commit."""
    hook = world.remote / "hooks/pre-receive"
    hook.write_text(f"#!/bin/sh\nread old new ref\n{script}exit 0\n")
    hook.chmod(0o755)
    return hook


def both_work(world, bad="poison"):
    """Have two entrants work, one of whom writes something that does not get through."""
    world.work(bad, "x")
    world.work("a.py", "mine")
    world.watch()
    world.work("a.py", "theirs", OTHER)
    world.grow(f"runs/{OTHER}/agent.log", "words\n")
    world.watch(OTHER)
    world.happen()


def test_what_the_remote_refuses_of_one_run_holds_neither_the_log_nor_the_others_back(world):
    refuses(world)
    both_work(world)

    done = world.tick()

    assert done.last.arrived_seq == 1
    assert world.content(f"runs/{OTHER}/workspace/a.py") == "theirs"
    assert world.joined(f"runs/{OTHER}/agent.log") == "words\n"
    assert f"runs/{RUN}" in done.trouble().message
    assert done.trouble().exit_code == FAILED
    assert f"runs/{RUN}/workspace/a.py" not in world.paths()
    assert done.last.aside == {f"runs/{RUN}": "the remote refuses what is pushed"}
    assert world.kinds() == ["sync.refused"]
    world.sound()


def test_it_is_tried_again_after_pauses_and_goes_when_it_may(world, monkeypatch):
    hook, real = refuses(world), clock.now
    both_work(world)
    world.tick()
    assert world.tick().trouble()  # at once, once
    for minutes, tried in ((5, False), (11, True), (20, False)):
        monkeypatch.setattr(clock, "now", lambda minutes=minutes: real() + timedelta(minutes=minutes))
        world.happen()
        world.work("a.py", f"theirs, {minutes}", OTHER)
        world.watch(OTHER)

        done = world.tick()

        assert bool(done.trouble()) is tried
        assert world.content(f"runs/{OTHER}/workspace/a.py") == f"theirs, {minutes}"
        assert done.last.arrived_seq == world.bench.log.last_seq - ("sync.failing" in world.kinds()[-1:])
    assert world.left_out() == {f"runs/{RUN}/": "set aside: the remote refuses what is pushed"}
    hook.unlink()
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(hours=2))

    done = world.tick()

    assert done.trouble() is None
    assert world.content(f"runs/{RUN}/workspace/poison") == "x"
    assert done.last.aside == {}
    world.tick()
    assert world.left_out() == {}
    assert world.kinds() == ["sync.refused"]
    world.sound()


def test_a_name_that_names_the_log_keeps_nothing_of_the_log_back(world):
    segment = f"events/{clock.now():%Y-%m}.jsonl/000000000000.jsonl"
    refuses(
        world,
        POISON.replace("no, and no word why", f"error: GH001: runs/{RUN}/workspace/poison {segment} is bad"),
    )
    both_work(world, f"poison {segment}")

    for _ in range(3):
        done = world.tick()

    assert segment in world.paths()
    assert done.last.arrived_seq == world.bench.log.last_seq
    assert segment not in world.left_out()


def test_a_remote_that_refuses_everything_sets_no_run_aside(world):
    hook = refuses(world, "echo 'this repository is archived'; exit 1\n")
    both_work(world)

    done = world.tick()

    assert done.said.answer is Answer.REFUSED
    assert "archived" in done.trouble().message
    assert done.last.aside == {}
    hook.unlink()
    assert world.tick().trouble() is None
    assert world.content(f"runs/{RUN}/workspace/poison") == "x"


def test_the_log_arrives_before_what_waited_for_longer(world):
    world.happen()
    world.tick()
    away = world.folder / "away.git"
    world.remote.rename(away)
    for number in range(3):
        both_work(world, f"{number}")
        world.tick()
    away.rename(world.remote)
    refuses(
        world, 'git ls-tree --name-only "$new" runs/ | grep -q . && sleep 60\n'
    )  # too slow for what agents made
    world.change("push_seconds = 5")

    done = world.tick()

    assert done.said.answer is Answer.LATE
    assert done.last.arrived_seq == world.bench.log.last_seq == 4
    assert not any(path.startswith("runs/") for path in world.paths())
    refuses(world, "")
    assert world.tick().trouble() is None
    assert {f"runs/{RUN}/workspace/{number}" for number in range(3)} <= world.paths()
    assert world.joined(f"runs/{OTHER}/agent.log") == "words\n" * 3
    world.sound()


def test_a_commit_that_is_too_slow_for_a_remote_that_answers_is_taken_back(world):
    world.happen()
    world.tick()
    refuses(world, 'git ls-tree -r --name-only "$new" | grep -q noise && sleep 60\n')
    world.change("push_seconds = 5\nmax_push_mib = 1")
    world.work("noise", os.urandom(2 << 20).hex())
    world.watch()
    assert world.tick().said.answer is Answer.LATE
    world.work("a.py", "theirs", OTHER)
    world.watch(OTHER)

    for _ in range(4):
        done = world.tick()

    assert done.last.aside == {f"runs/{RUN}": "the remote did not finish in time"}
    assert world.content(f"runs/{OTHER}/workspace/a.py") == "theirs"


def test_a_run_that_takes_all_the_time_leaves_the_others_theirs(world, monkeypatch):
    late, real = [0.0], clock.monotonic
    monkeypatch.setattr(clock, "monotonic", lambda: real() + late[0])
    monkeypatch.setattr(
        taking.Pieces, "turns", lambda self: sorted(one for one in self.files if one.startswith("runs/"))
    )
    look = guarded.GuardedJudge.look_into

    def slow(judge, content):
        late[0] += 30 if b"slow" in content and blob_id(content) not in judge.passed else 0
        return look(judge, content)

    monkeypatch.setattr(guarded.GuardedJudge, "look_into", slow)
    for number in range(8):
        world.work("a.py", f"slow {number}")
        world.watch()
    world.work("a.py", "theirs", OTHER)
    world.watch(OTHER)

    first = world.tick()

    assert first.stage.unfinished
    assert world.content(f"runs/{OTHER}/workspace/a.py") == "theirs"
    while world.tick().stage.unfinished:
        pass
    assert world.content(f"runs/{RUN}/workspace/a.py") == "slow 7"


def test_whatever_goes_wrong_with_one_run_is_told_and_the_others_go(world, monkeypatch):
    follow = taking.Workspaces.follow

    def raises(self, run, history, head):
        if run == RUN:
            self.stage.put(f"runs/{RUN}/half".encode(), b"x")
            raise ValueError("nobody thought of that")
        return follow(self, run, history, head)

    monkeypatch.setattr(taking.Workspaces, "follow", raises)
    both_work(world)
    world.grow(f"runs/{RUN}/agent.log", "words\n")

    done = world.tick()

    assert "nobody thought of that" in done.trouble().message
    assert done.last.arrived_seq == 1
    assert world.content(f"runs/{OTHER}/workspace/a.py") == "theirs"
    assert not any(path.startswith(f"runs/{RUN}/") for path in world.paths())
    monkeypatch.undo()
    assert world.tick().trouble() is None
    assert world.content(f"runs/{RUN}/workspace/a.py") == "mine"


def test_a_list_longer_than_a_host_takes_has_a_bound_and_every_run_its_own(world, monkeypatch):
    monkeypatch.setattr(manifest, "MOST_BYTES", 10_000)
    for number in range(60):
        world.work(f"{number}-{'x' * 200}", b"PAR1" + bytes(number))
    world.watch()
    world.work("b", b"PAR1" + bytes(10), OTHER)
    world.watch(OTHER)
    world.happen()

    done = world.tick()

    rows = [json.loads(line) for line in world.content(f"runs/{RUN}/left-out.jsonl").splitlines()]
    assert done.trouble() is None
    assert done.last.arrived_seq == 1
    assert (rows[-1]["reason"], rows[-1]["files"]) == ("more", 60 - len(rows) + 1)
    assert world.left_out()[f"runs/{OTHER}/workspace/b"] == "licensed data"
    assert done.last.left_out == 61


def test_what_an_older_release_listed_at_the_top_is_listed_with_its_run(world):
    world.work("b", b"PAR1" + bytes(10))
    world.watch()
    world.tick()
    listed = world.content(f"runs/{RUN}/left-out.jsonl")
    known = mirror_index.current(world.bench.paths, world.mirror)
    tree = git(world.mirror, "ls-tree", "-r", "sync").replace(
        f"\truns/{RUN}/left-out.jsonl", "\tleft-out.jsonl"
    )
    rows = [
        row
        for row in tree.splitlines()
        if not (row.endswith("\tleft-out.jsonl") and known.lists["note"] in row)
    ]
    index = {**os.environ, "GIT_INDEX_FILE": str(world.folder / "index"), "GIT_DIR": str(world.mirror)}
    subprocess.run(
        ["git", "update-index", "--index-info"], input="\n".join(rows), text=True, env=index, check=True
    )
    old = subprocess.run(
        ["git", "write-tree"], capture_output=True, text=True, env=index, check=True
    ).stdout.strip()
    commit = git(world.mirror, "commit-tree", "-p", "sync", "-m", "by an older release", old).strip()
    git(world.mirror, "update-ref", "refs/heads/sync", commit)

    assert world.tick().trouble() is None

    assert world.content(f"runs/{RUN}/left-out.jsonl") == listed
    assert world.content("left-out.jsonl") == ""


def test_many_files_that_look_like_keys_do_not_fill_the_log(world, monkeypatch):
    monkeypatch.setattr(stage, "MOST_ALARMS", 5)
    for number in range(20):
        world.work(f"{number:02}.txt", f"ghp_{number:02}qW3hZ8kX1mV5tR9pL2nB6gF4dS7jQ0wH8z")
    world.watch()
    world.hold()
    world.work("key", SECRET)
    world.watch()

    world.tick()

    assert world.kinds() == ["sync.withheld"] * 6
    assert sum(reason.startswith("secret") for reason in world.left_out().values()) == 21


def test_a_run_that_fills_the_copy_leaves_room_for_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr(workspaces, "RACY_SECONDS", 0)
    world = SyncWorld(tmp_path.resolve(), "max_total_gib = 0.002")
    world.grow(f"runs/{OTHER}/agent.log", "words\n")
    for number in range(7):
        world.work(f"noise-{number}", os.urandom(300 << 10))
        world.watch()
        world.tick()
    world.work("work", os.urandom(300 << 10), OTHER)
    world.watch(OTHER)

    world.tick()

    assert world.left_out()[f"runs/{RUN}/workspace/noise-6"] == "no room"
    assert f"runs/{OTHER}/workspace/work" in world.paths()


def test_an_archive_that_breaks_the_look_stays_and_all_else_goes(world):
    both_work(world, "bad.tar")
    world.work("bad.tar", b"a".ljust(124, b"\0") + b"\xff" * 12 + b"x" * 121 + b"ustar\x0000" + bytes(2000))
    world.watch()

    done = world.tick()

    assert done.trouble() is None
    assert world.left_out()[f"runs/{RUN}/workspace/bad.tar"].startswith("sealed: ")
    assert {f"runs/{RUN}/workspace/a.py", f"runs/{OTHER}/workspace/a.py"} <= world.paths()


def test_what_is_dear_to_look_through_again_holds_no_other_back(world, monkeypatch):
    away = world.folder / "away.git"
    world.remote.rename(away)
    both_work(world, "slow")
    world.tick()
    away.rename(world.remote)
    late, real = [0.0], clock.monotonic
    monkeypatch.setattr(clock, "monotonic", lambda: real() + late[0])
    look = guarded.GuardedJudge.look_into

    def slow(judge, content):
        late[0] += 30 if content == b"x" and blob_id(content) not in judge.passed else 0
        return look(judge, content)

    monkeypatch.setattr(guarded.GuardedJudge, "look_into", slow)

    first, then = world.tick(), world.tick()

    assert first.last.aside == {f"runs/{RUN}": "the remote did not finish in time"}
    assert then.trouble() is None
    assert {f"runs/{RUN}/workspace/slow", f"runs/{OTHER}/workspace/a.py"} <= world.paths()
