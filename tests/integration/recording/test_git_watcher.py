"""The watcher as its own process beside a real container, on workspaces that mean harm."""

import json
import os
import signal
import subprocess
import time

import psutil
import pytest

from nab.actions.recording.workspace import git_watcher
from nab.edges.docker import boxes
from nab.edges.git import repository
from support.engines.engines import image_or_skip
from support.repository.benches import bench_on

SETTINGS = "[recording]\nhistory_every = 0.5\nhistory_max_file_mib = 5\n"
RUN = "2026-05-16T130207Z-test-l3"


class Watched:
    """A container whose /workspace is watched from outside."""

    def __init__(self, folder):
        self.bench = bench_on(folder, SETTINGS)
        self.paths = self.bench.run(RUN)
        self.paths.workspace.own_path.mkdir(parents=True)
        self.paths.workspace.own_path.chmod(0o777)
        self.watcher, self.more = None, {}

    def give_a_disk(self):
        """Have a disk in place of the folder: what the box has as /tmp and home lies on it, too."""
        self.paths.workspace.own_path.rmdir()
        for name in ("workspace", "home", "tmp"):
            (self.paths.disk.own_path / name).mkdir(parents=True)
            (self.paths.disk.own_path / name).chmod(0o777)
        self.paths.workspace.own_path.symlink_to("disk/workspace")
        self.more = {
            str(self.paths.disk.own_path / name): {"bind": place, "mode": "rw"}
            for name, place in (("tmp", "/tmp"), ("home", "/home/agent"))
        }

    def start(self, command):
        labels = {boxes.STATE: str(self.bench.paths.root), boxes.RUN: RUN, boxes.ROLE: boxes.AGENT}
        options = {
            "image": image_or_skip("nab/base"), "command": ["sh", "-c", command], "labels": labels, "init": True,
            "network": "none", "working_dir": "/workspace",
            "volumes": {str(self.paths.workspace.own_path.resolve()): {"bind": "/workspace", "mode": "rw"}} | self.more,
        }  # fmt: skip
        box = boxes.create(self.bench.engine, options)
        boxes.start(self.bench.engine, box.id)
        return box

    def watch(self):
        with (self.paths.root / "harness.log").open("ab") as sink:
            self.watcher = subprocess.Popen(
                self.bench.program("git_watcher.py", "--run", RUN), stdout=sink, stderr=sink
            )

    def packages(self):
        lines = self.paths.packages.read_text().splitlines() if self.paths.packages.exists() else []
        return list(map(json.loads, lines))

    def show(self, *words, of=None):
        done = subprocess.run(
            ["git", f"--git-dir={of or self.paths.history}", *words], capture_output=True, check=False
        )
        return done.stdout.decode(errors="replace")

    def tracked(self):
        return set(self.show("ls-tree", "-r", "--name-only", "HEAD").splitlines())

    def left_out(self):
        rows = map(json.loads, self.show("show", "HEAD:.nab/left-out.jsonl").splitlines())
        return {row["path"]: row["reason"] for row in rows}

    def said(self):
        return (self.paths.root / "harness.log").read_text()

    def close(self):
        for box in self.bench.find_boxes():
            boxes.remove(self.bench.engine, box.id)
        if self.watcher:
            self.watcher.wait(20)


@pytest.fixture
def watched(tmp_path):
    made = Watched(tmp_path)
    yield made
    made.close()


def wait(holds, seconds=30):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


HOSTILE = r"""
git init -q . && git config core.fsmonitor 'touch /workspace/sprung' && git config filter.x.clean 'touch sprung'
printf '#!/bin/sh\ntouch /workspace/sprung\n' > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit
printf '* filter=x\n' > .gitattributes; printf '*\n' > .gitignore
git init -q nested; echo 1 > nested/model.py; mkdir .GIT; echo 1 > .GIT/x.py
ln -s /etc/shadow shadow; mkfifo pipe; truncate -s 100G sparse; head -c 6000000 /dev/urandom > big.bin
python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("sock")'
python3 -c 'open(b"new\nline\xff", "w").write("1")'
echo secret > closed.txt; chmod 000 closed.txt; echo done > done.txt
sleep 60
"""


def test_a_hostile_workspace_is_kept_whole_and_nothing_of_it_runs(watched):
    watched.start(HOSTILE)
    watched.watch()
    wait(lambda: "done.txt" in watched.tracked())

    assert {"nested/model.py", "%.GIT/x.py", "shadow", ".gitignore", '"new\\nline\\377"'} <= watched.tracked()
    rows = watched.left_out()
    found = {name: rows[name] for name in ("pipe", "sock", "sparse", "big.bin")}
    assert found == {"pipe": "pipe", "sock": "socket", "sparse": "large", "big.bin": "model"}
    assert not (watched.paths.workspace.own_path / "sprung").exists()
    assert watched.show("show", "HEAD:shadow") == "/etc/shadow"
    if os.geteuid():
        assert rows["closed.txt"] == "unreadable"


ELSEWHERE = """
echo 'print(1)' > /tmp/run.py; echo note > /home/agent/notes.md; ln -s /etc/shadow /tmp/shadow
echo 1 > /workspace/a.py; python3 -m venv --without-pip /home/agent/env
cd /home/agent/env/lib/python3.*/site-packages && mkdir demo_tool-1.5.dist-info; sleep 60
"""


def test_what_lies_beside_the_workspace_is_kept_too_with_what_is_installed(watched):
    watched.give_a_disk()
    watched.start(ELSEWHERE)
    watched.watch()
    wait(lambda: any("demo-tool" in line["packages"] for line in watched.packages()))
    wait(lambda: "a.py" in watched.tracked())
    wait(
        lambda: (
            "tmp/run.py" in watched.show("ls-tree", "-r", "--name-only", "HEAD", of=watched.paths.elsewhere)
        )
    )

    listed = watched.show("ls-tree", "-r", "--name-only", "HEAD", of=watched.paths.elsewhere).split()
    assert {"home/notes.md", "tmp/shadow"} <= set(listed)
    assert watched.show("show", "HEAD:tmp/shadow", of=watched.paths.elsewhere) == "/etc/shadow"
    image = [line for line in watched.packages() if line["place"] == "/usr/lib/python3/dist-packages"]
    assert "pip" in image[0]["packages"]


def test_the_watcher_ends_with_the_box_and_stands_behind_everybody_else(watched):
    box = watched.start("sleep 60")
    watched.watch()
    wait(lambda: repository.commits(watched.paths.history) == 1)

    assert psutil.Process(watched.watcher.pid).nice() == 19
    boxes.stop(watched.bench.engine, box.id, 0)
    assert watched.watcher.wait(20) == 0
    assert watched.said() == ""


def test_a_workspace_that_changes_all_the_time_is_followed(watched):
    watched.start("i=0; while true; do i=$((i+1)); echo $i >> log.txt; mkdir -p d$((i%7)); mv d$((i%7)) e; "
                  "echo $i > e/x; rm -rf e; done")  # fmt: skip
    watched.watch()
    wait(lambda: repository.commits(watched.paths.history) > 5)

    lengths = [len(watched.show("show", f"HEAD~{back}:log.txt").splitlines()) for back in (0, 2, 4)]
    assert lengths == sorted(lengths, reverse=True) and lengths[0] > lengths[2]
    assert watched.said() == ""


@pytest.mark.soak
def test_a_watcher_killed_again_and_again_loses_nothing_that_was_committed(watched):
    watched.start(
        "i=0; while true; do i=$((i+1)); head -c 300000 /dev/urandom > f$((i%20)); sleep 0.02; done"
    )
    counted = []
    for number in range(6):
        watched.watch()
        time.sleep(0.9 + 0.13 * number)
        watched.watcher.send_signal(signal.SIGKILL)
        watched.watcher.wait()
        counted.append(repository.commits(watched.paths.history))
    watched.watch()
    wait(lambda: repository.commits(watched.paths.history) > counted[-1])

    assert counted == sorted(counted)
    done = subprocess.run(
        ["git", f"--git-dir={watched.paths.history}", "fsck", "--full"], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_look_that_fails_is_one_line_with_a_time_and_the_next_goes_on(watched):
    watched.start("sleep 60")
    watched.paths.history.parent.mkdir(parents=True, exist_ok=True)
    watched.paths.history.write_text("in the way")
    watched.watch()
    wait(lambda: len(watched.said().splitlines()) >= 2)
    watched.paths.history.unlink()
    wait(lambda: repository.commits(watched.paths.history) == 1)

    lines = watched.said().splitlines()
    assert all(line[:4].isdigit() and "Z git watcher: " in line for line in lines), lines


def test_one_look_from_another_process_is_enough_for_a_history(watched):
    (watched.paths.workspace.own_path / "a.py").write_text("1")

    assert git_watcher.look(watched.bench, RUN)
    assert "a.py" in watched.tracked()
