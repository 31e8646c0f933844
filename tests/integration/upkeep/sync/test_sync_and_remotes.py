"""A remote that somebody else pushes to, that lost what it had, that refuses, that is gone for days."""

import json
import os
import shutil
import subprocess

import pytest

from nab.actions.upkeep.sync import push
from nab.core.errors import BUSY, FAILED, NabError
from nab.core.upkeep.sync.answers import Answer
from nab.edges import process
from nab.edges.git import remote
from nab.edges.untrusted import workspaces
from support.worlds.sync import RUN, SyncWorld, git

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="needs git")
CALLS = f"runs/{RUN}/calls/http.jsonl"


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.setattr(workspaces, "RACY_SECONDS", 0)
    return SyncWorld(tmp_path.resolve())


def somebody_pushes(world, text="somebody else's"):
    """Push a commit to the branch from another clone."""
    other = world.folder / "other"
    if not other.exists():
        git(world.folder, "clone", "--quiet", "--branch", world.branch, str(world.remote), str(other))
    git(other, "pull", "--quiet", "--no-rebase")
    (other / "theirs.txt").write_text(text)
    git(other, "add", "theirs.txt")
    git(other, "commit", "--quiet", "-m", "theirs")
    git(other, "push", "--quiet")
    return git(other, "rev-parse", "HEAD").strip()


def test_what_somebody_else_pushed_is_kept_below_ours_and_nothing_is_forced(world):
    world.grow(CALLS, "one\n")
    world.tick()
    theirs = somebody_pushes(world)
    world.grow(CALLS, "two\n")

    done = world.tick()

    assert done.said.answer is Answer.TAKEN
    assert theirs in world.show("rev-list", world.branch)
    assert world.joined(CALLS) == "one\ntwo\n"
    assert "theirs.txt" not in world.paths()
    assert world.kinds() == ["sync.diverged"]
    world.sound()
    assert world.tick().stage.files == 1  # the event alone: what the mirror holds is still known


def test_a_mirror_that_was_lost_goes_on_below_the_same_branch(world):
    world.grow(CALLS, "one\n")
    world.tick()
    before = world.show("rev-parse", world.branch).strip()
    shutil.rmtree(world.bench.paths.sync)
    world.grow(CALLS, "two\n")

    assert world.tick().said.answer is Answer.TAKEN

    assert before in world.show("rev-list", world.branch)
    assert world.joined(CALLS) == "one\ntwo\n"
    world.sound()


def test_a_branch_that_was_set_back_by_others_gets_both_histories(world):
    world.grow(CALLS, "one\n")
    world.tick()
    world.grow(CALLS, "two\n")
    world.tick()
    ours = world.show("rev-parse", world.branch).strip()
    git(world.remote, "update-ref", f"refs/heads/{world.branch}", f"{ours}~1")
    theirs = somebody_pushes(world)
    world.grow(CALLS, "three\n")

    assert world.tick().said.answer is Answer.TAKEN

    history = world.show("rev-list", world.branch).split()
    assert {ours, theirs} <= set(history)
    assert world.joined(CALLS) == "one\ntwo\nthree\n"
    world.sound()


def counts_pushes(world):
    """Have the remote note how many commits each push brings."""
    hook = world.remote / "hooks/post-receive"
    hook.write_text(
        "#!/bin/sh\nread old new ref\n"
        'case "$old" in *[!0]*) span="$old..$new";; *) span="$new";; esac\n'
        'git rev-list --count "$span" >>pushes\n'
    )
    hook.chmod(0o755)


def pushes(world):
    return [int(count) for count in (world.remote / "pushes").read_text().split()]


def test_a_remote_that_was_made_anew_gets_everything_again_in_bounded_pushes(world):
    world.change("max_push_mib = 1")
    for _ in range(4):
        world.grow(CALLS, os.urandom(400_000).hex() + "\n")
        world.tick()
    shutil.rmtree(world.remote)
    world.grow(CALLS, "two\n")
    assert world.tick().said.answer is Answer.ABSENT
    world.make_remote()
    counts_pushes(world)

    assert world.tick().said.answer is Answer.TAKEN

    assert world.joined(CALLS) == (world.state / CALLS).read_text()
    assert sum(pushes(world)) == world.commits()
    assert len(pushes(world)) > 2


def test_when_the_remote_was_gone_all_commits_arrive_later_in_bounded_pushes(world, monkeypatch):
    world.tick()
    counts_pushes(world)
    away = world.folder / "away.git"
    world.remote.rename(away)
    for number in range(12):
        world.grow(CALLS, os.urandom(150_000).hex() + "\n")
        world.work("a.py", f"version {number}")
        world.watch()
        assert world.tick().said.answer is Answer.ABSENT
    away.rename(world.remote)
    world.change("max_push_mib = 1")

    world.tick()

    assert all(
        f"+version {number}"
        in world.show("log", "--format=", "-p", world.branch, "--", f"runs/{RUN}/workspace/a.py")
        for number in range(12)
    )
    assert world.joined(CALLS) == (world.state / CALLS).read_text()
    assert len(pushes(world)) > 2
    assert sum(pushes(world)) == 24
    world.sound()


def test_a_file_that_the_remote_refuses_by_name_stays_from_then_on_and_the_rest_arrives(world):
    hook = world.remote / "hooks/pre-receive"
    hook.write_text(
        "#!/bin/sh\nread old new ref\n"
        'for path in $(git ls-tree -r --name-only "$new"); do\n'
        '  case "$path" in *unwanted*) echo "error: GH013: path: $path:3"; exit 1;; esac\ndone\n'
    )
    hook.chmod(0o755)
    world.lay("results/unwanted.txt", "x")
    world.grow(CALLS, "one\n")

    refused = world.tick()
    then = world.tick()

    assert refused.trouble().exit_code == FAILED
    assert then.said.answer is Answer.TAKEN
    assert "results/unwanted.txt" not in world.paths()
    assert world.left_out() == {"results/unwanted.txt": "refused by the remote"}
    assert world.joined(CALLS) == "one\n"
    assert world.kinds() == ["sync.refused"]
    (world.bench.paths.sync / "refused.json").unlink()
    hook.unlink()
    world.lay("results/unwanted.txt", "changed")
    world.tick()
    assert "results/unwanted.txt" in world.paths()


def test_a_remote_that_refuses_without_naming_anything_is_told_of_and_nothing_is_lost(world):
    hook = world.remote / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho 'this repository is archived'\nexit 1\n")
    hook.chmod(0o755)
    world.grow(CALLS, "one\n")

    done = world.tick()
    hook.unlink()

    assert "archived" in done.trouble().message
    assert world.tick().said.answer is Answer.TAKEN
    assert world.joined(CALLS) == "one\n"


def test_a_remote_that_hangs_is_given_up_in_time_and_the_next_push_is_smaller(world, monkeypatch):
    hook = world.remote / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\nsleep 60\n")
    hook.chmod(0o755)
    world.change("push_seconds = 5")
    world.grow(CALLS, os.urandom(2 << 20).hex() + "\n")

    done = world.tick()

    assert done.said.answer is Answer.LATE
    assert done.trouble().exit_code == BUSY
    assert done.last.push_bytes < 3 << 20
    hook.unlink()
    assert world.tick().said.answer is Answer.TAKEN
    assert world.joined(CALLS) == (world.state / CALLS).read_text()


def test_an_answer_that_was_lost_on_the_way_is_no_divergence(world, monkeypatch):
    world.grow(CALLS, "one\n")
    real = remote.process.run_as_one

    def loses_answers(*argv, **options):
        ended = real(*argv, **options)
        if "push" in argv:
            return process.Ended(ended.argv, 128, "", "fatal: the remote end hung up unexpectedly")
        return ended

    monkeypatch.setattr(process, "run_as_one", loses_answers)
    assert world.tick().said.answer is Answer.UNREACHABLE
    monkeypatch.undo()
    world.grow(CALLS, "two\n")

    done = world.tick()

    assert done.said.answer is Answer.TAKEN
    assert world.kinds() == []
    assert "both histories" not in world.show("log", "--format=%s", world.branch)


def test_somebody_who_is_always_quicker_ends_the_tick_and_nothing_is_lost(world, monkeypatch):
    world.grow(CALLS, "one\n")
    world.tick()
    world.grow(CALLS, "two\n")
    real = remote.Remote.push

    def beaten(remote, commit, seconds):
        somebody_pushes(world, commit)
        return real(remote, commit, seconds)

    monkeypatch.setattr(remote.Remote, "push", beaten)
    done = world.tick()
    monkeypatch.undo()

    assert done.said.answer is Answer.BEHIND
    assert done.trouble().exit_code == BUSY
    assert world.tick().said.answer is Answer.TAKEN
    assert world.joined(CALLS) == "one\ntwo\n"
    assert world.show("rev-list", "--count", "--author=a@a", world.branch).strip() == str(push.CATCHES + 1)


@pytest.mark.parametrize(
    "leftover",
    [
        "index.lock",
        "HEAD.lock",
        "refs/heads/sync.lock",
        "packed-refs.lock",
        "objects/pack/tmp_pack_x",
        "refs/nab/next.lock",
        "objects/ab/tmp_obj_x",
    ],
)
def test_what_a_killed_git_left_in_the_mirror_is_in_nobodys_way(world, leftover):
    world.grow(CALLS, "one\n")
    world.tick()
    file = world.mirror / leftover
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("")
    world.grow(CALLS, "two\n")

    assert world.tick().said.answer is Answer.TAKEN
    assert not file.exists()
    assert world.joined(CALLS) == "one\ntwo\n"


def test_a_second_remote_gets_the_whole_history(world):
    world.grow(CALLS, "one\n")
    world.tick()
    world.grow(CALLS, "two\n")
    world.tick()
    count = world.commits()
    world.remote = world.folder / "second.git"
    world.make_remote()
    world.settings = world.settings.replace("remote.git", "second.git")
    world.change("")

    done = world.tick()

    assert done.said.answer is Answer.TAKEN
    assert world.commits() == count
    assert json.loads((world.bench.paths.sync / "last.json").read_text())["remote"].endswith("second.git")


def test_an_address_that_is_none_is_refused_in_a_sentence(world):
    world.settings = world.settings.replace(str(world.remote), "https://me:token@host/a.git")
    world.change("")

    with pytest.raises(NabError, match="user name or a password"):
        world.tick()


FULL_DISK = """
mount -t tmpfs -o size=16m none "$STATE" && mkdir -p "$STATE/runs/R/calls"
echo one >"$STATE/runs/R/calls/http.jsonl"
"$@"; echo "first $?"
{ head -c 3000000 /dev/urandom | base64 -w 0; echo; } >"$STATE/runs/R/calls/bodies.jsonl"
cat /dev/zero >"$STATE/filler" 2>/dev/null
"$@"; echo "full $?"
rm "$STATE/filler"; head -c 6000000 /dev/zero >"$STATE/filler"
"$@"; echo "nearly full $?"
rm "$STATE/filler"
"$@"; echo "room again $?"
git --git-dir="$STATE/sync/mirror.git" fsck --full --strict && echo "sound"
"""


def test_on_a_full_disk_a_tick_says_so_and_the_next_one_with_room_goes_on(world):
    private = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    trial = subprocess.run(
        [*private, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False
    )
    if trial.returncode != 0:
        pytest.skip("cannot mount a small disk here")
    done = subprocess.run(
        [*private, "sh", "-c", FULL_DISK, "sh", *world.bench.program("sync_to_github.py")],
        capture_output=True, text=True, check=False, timeout=120, env={**os.environ, "STATE": str(world.state)},
    )  # fmt: skip

    said = [line for line in done.stdout.splitlines() if not line.startswith("sync:")]
    assert said == ["first 0", "full 1", "nearly full 1", "room again 0", "sound"], done.stderr
    assert done.stderr.count("no space left") == 2
    assert "Traceback" not in done.stderr
    assert world.joined("runs/R/calls/http.jsonl") == "one\n"
    assert len(world.joined("runs/R/calls/bodies.jsonl")) == 4_000_001
