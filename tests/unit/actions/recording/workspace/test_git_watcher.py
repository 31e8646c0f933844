"""The history of what an agent writes beside its workspace, and what is never in it."""

import json
import shutil
import subprocess
from datetime import UTC, datetime

import pytest

from nab.actions.recording.workspace import git_watcher
from nab.edges import clock
from nab.edges.git import repository
from support.repository.benches import bench_on

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="needs git")
RUN = "2026-05-16T130207Z-claude-l4"
KEY = "sk-ant-api03-" + "Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8" * 2


class Disk:
    """A run's disk as its agent left it, and readers of the history that is kept of it."""

    def __init__(self, folder):
        self.bench = bench_on(folder)
        self.paths = self.bench.run(RUN)
        for name in ("workspace", "home", "tmp", "var-tmp"):
            (self.paths.disk.own_path / name).mkdir(parents=True)
        self.paths.workspace.own_path.symlink_to("disk/workspace")

    def lay(self, path, content="x"):
        file = self.paths.disk.own_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)

    def git(self, *words, history=None):
        where = history or self.paths.elsewhere
        return subprocess.run(
            ["git", f"--git-dir={where}", *words], capture_output=True, check=True, text=True
        ).stdout

    def tracked(self, history=None):
        listed = self.git("ls-tree", "-r", "--name-only", "HEAD", history=history).splitlines()
        return set(listed) - {".nab/left-out.jsonl"}

    def left_out(self):
        rows = map(json.loads, self.git("show", "HEAD:.nab/left-out.jsonl").splitlines())
        return {row["path"]: (row["reason"], row["sha256"]) for row in rows}


@pytest.fixture
def disk(tmp_path):
    return Disk(tmp_path)


def test_home_and_temporary_files_have_a_history_of_their_own(disk):
    disk.lay("tmp/train.py", "1")
    disk.lay("var-tmp/log", "2")
    disk.lay("home/.claude/projects/-workspace/1.jsonl", "copied by the collector")
    disk.lay("home/.claude/projects/-workspace/memory/notes.md", "3")
    disk.lay("workspace/a.py", "4")
    disk.lay("opt-venv/bin/python", "5")
    git_watcher.look_at_all(disk.bench, RUN)

    assert disk.tracked() == {
        "tmp/train.py",
        "var-tmp/log",
        "home/.claude/projects/-workspace/memory/notes.md",
    }
    assert disk.tracked(disk.paths.history) == {"a.py"}
    assert repository.head(disk.paths.elsewhere, "refs/heads/elsewhere")


def test_credentials_are_left_out_by_name_and_by_what_they_hold_and_have_no_digest(disk):
    disk.lay("home/.netrc", "machine example login me")
    disk.lay("tmp/innocent.txt", f"export KEY={KEY}")
    disk.lay("tmp/placeholder.txt", "ANTHROPIC_API_KEY=sk-ant-nab-placeholder-000000000000000000000000000000")
    disk.lay("tmp/big.parquet", "data")
    git_watcher.look_at_all(disk.bench, RUN)

    assert disk.tracked() == {"tmp/placeholder.txt"}
    left = disk.left_out()
    assert left["home/.netrc"] == left["tmp/innocent.txt"] == ("credentials", None)
    assert left["tmp/big.parquet"][0] == "data"
    objects = disk.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)").split()
    assert not any(KEY in disk.git("cat-file", "-p", name) for name in objects)


def test_databases_that_change_all_the_time_are_listed_once_and_make_no_commits(disk):
    disk.lay("home/.codex/state_5.sqlite", "1")
    disk.lay("tmp/x.db", "a database of the agent's own")
    git_watcher.look_at_all(disk.bench, RUN)
    disk.lay("home/.codex/state_5.sqlite", "1, and more")
    git_watcher.look_at_all(disk.bench, RUN)

    assert repository.commits(disk.paths.elsewhere) == 1
    assert disk.left_out() == {"home/.codex/state_5.sqlite": ("state", None)}
    assert disk.tracked() == {"tmp/x.db"}


@pytest.mark.full
def test_a_large_log_that_grows_all_the_time_is_kept_now_and_then_and_at_the_end(disk, monkeypatch):
    instant = [1_800_000_000.0]
    monkeypatch.setattr(clock, "now", lambda: datetime.fromtimestamp(instant[0], UTC))
    watcher = git_watcher.elsewhere(disk.bench, RUN, paced=True)
    kept = []
    for minute in range(9):
        instant[0] = 1_800_000_000.0 + 60 * minute
        disk.lay("tmp/train.log", f"epoch {minute}\n" * (3 << 17))  # 3 MiB
        disk.lay("tmp/small.log", str(minute))
        assert watcher.look()
        kept.append(disk.git("show", "HEAD:tmp/train.log").partition("\n")[0])
    git_watcher.look_at_all(disk.bench, RUN)

    assert kept == [f"epoch {minute}" for minute in (0, 0, 0, 3, 3, 3, 6, 6, 6)]
    disk.lay("tmp/train.log", "epoch 9\n" * (3 << 17))
    git_watcher.look_at_all(disk.bench, RUN)
    assert disk.git("show", "HEAD:tmp/train.log").startswith("epoch 9")


def test_a_run_without_a_disk_of_its_own_has_the_history_of_its_workspace_alone(tmp_path):
    bench = bench_on(tmp_path)
    bench.run(RUN).workspace.own_path.mkdir(parents=True)
    git_watcher.look_at_all(bench, RUN)

    assert repository.commits(bench.run(RUN).history) == 1
    assert not bench.run(RUN).elsewhere.exists() and not bench.run(RUN).packages.exists()


def test_where_one_look_took_so_long_that_the_other_is_due_it_is_waited_for_a_moment():
    assert git_watcher.until_due([100.0, 30.0], 20.0) == 10.0
    assert git_watcher.until_due([100.0, 30.0], 90.0) == git_watcher.LEAST_REST > 0


def test_what_is_installed_is_noted_by_the_looks_that_came_upon_it(disk):
    disk.lay("home/env/pyvenv.cfg")
    (disk.paths.disk.own_path / "home/env/lib/python3.12/site-packages/numpy-2.1.dist-info").mkdir(
        parents=True
    )
    git_watcher.look_at_all(disk.bench, RUN)

    (line,) = map(json.loads, disk.paths.packages.read_text().splitlines())
    assert (line["place"], line["packages"]) == (
        "/home/agent/env/lib/python3.12/site-packages",
        {"numpy": "2.1"},
    )
