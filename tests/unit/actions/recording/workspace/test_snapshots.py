"""What the history of a workspace holds, and what a hostile workspace cannot make it do."""

import hashlib
import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from nab.actions.recording.workspace import snapshots, walk
from nab.actions.recording.workspace.snapshots import Snapshots
from nab.core.errors import NabError
from nab.core.recording.workspace import exclusions
from nab.edges import process
from nab.edges.git import repository
from nab.edges.untrusted import workspaces
from nab.paths import AgentFolder

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="needs git")


class History:
    """A workspace in a folder of the test's own, and readers of its history."""

    def __init__(self, folder):
        self.workspace = folder / "workspace"
        self.workspace.mkdir()
        self.folder = folder / "workspace.git"
        self.room = (1 << 20, 1 << 30)
        self.snapshots = self.again()

    def again(self):
        """Return a watcher that remembers nothing."""
        return Snapshots(AgentFolder(self.workspace), self.folder, *self.room)

    def look(self):
        return self.snapshots.look()

    def lay(self, path, content="x"):
        file = self.workspace / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    def git(self, *words):
        return subprocess.run(
            ["git", f"--git-dir={self.folder}", *words], capture_output=True, check=True
        ).stdout

    def modes(self):
        listed = self.git("ls-tree", "-r", "-z", "HEAD").split(b"\0")[:-1]
        return {row.split(b"\t", 1)[1]: row.split()[0].decode() for row in listed}

    def tracked(self):
        return {os.fsdecode(path) for path in self.modes()} - {".nab/left-out.jsonl"}

    def content(self, path):
        return self.git("show", f"HEAD:{path}")

    def left_out(self):
        rows = map(json.loads, self.content(".nab/left-out.jsonl").splitlines())
        return {row["path"]: row for row in rows}


@pytest.fixture
def history(tmp_path, monkeypatch):
    monkeypatch.setattr(workspaces, "RACY_SECONDS", 0)
    return History(tmp_path.resolve())


def test_each_change_is_a_commit_and_no_change_is_none(history):
    history.lay("a.py", "1")
    assert history.look()
    assert not history.look()
    history.lay("a.py", "2")
    assert history.look()

    assert repository.commits(history.folder) == 2
    assert history.content("a.py") == b"2"


def test_an_empty_workspace_has_a_history_too(history):
    assert history.look()
    assert repository.commits(history.folder) == 1
    assert history.left_out() == {}


def test_a_file_that_is_only_touched_makes_no_commit(history):
    file = history.lay("a.py")
    history.look()
    os.utime(file)

    assert not history.look()


def test_a_change_that_an_agent_hides_behind_an_old_time_and_the_same_size_is_seen(history):
    file = history.lay("a.py", "1")
    before = file.stat()
    history.look()
    file.write_text("2")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert history.look()
    assert history.content("a.py") == b"2"


def test_a_file_that_changed_a_moment_ago_is_read_again(tmp_path):
    history = History(tmp_path.resolve())
    for text in "1234":
        history.lay("a.py", text)
        assert history.look()

    assert history.content("a.py") == b"4"


def test_deleted_and_replaced_things_are_followed(history):
    history.lay("gone/deep/a.py")
    history.lay("file-to-folder")
    history.lay("folder-to-file/a.py")
    history.look()
    shutil.rmtree(history.workspace / "gone")
    (history.workspace / "file-to-folder").unlink()
    history.lay("file-to-folder/b.py")
    shutil.rmtree(history.workspace / "folder-to-file")
    history.lay("folder-to-file")

    history.look()

    assert history.tracked() == {"file-to-folder/b.py", "folder-to-file"}


def test_work_in_a_nested_repository_and_ignored_files_are_kept(history):
    nested = history.workspace / "nested"
    nested.mkdir()
    subprocess.run(["git", "init", "-q", str(nested)], check=True)
    history.lay("nested/model.py")
    history.lay(".gitignore", "*\n")
    history.lay("hidden.py")

    history.look()

    assert history.tracked() == {"nested/model.py", "hidden.py", ".gitignore"}
    assert history.left_out()["nested/.git"]["files"] > 3


def test_nothing_of_the_agents_git_configuration_runs(history, tmp_path):
    subprocess.run(["git", "init", "-q", str(history.workspace)], check=True)
    trap = f"touch {tmp_path / 'sprung'}"
    for key in (
        "core.fsmonitor",
        "filter.evil.clean",
        "filter.evil.process",
        "core.sshCommand",
        "core.pager",
    ):
        subprocess.run(["git", "-C", str(history.workspace), "config", key, trap], check=True)
    subprocess.run(
        ["git", "-C", str(history.workspace), "config", "filter.evil.required", "true"], check=True
    )
    history.lay(".gitattributes", "* filter=evil diff=evil merge=evil\n")
    for name in ("pre-commit", "post-commit", "reference-transaction", "post-index-change", "post-checkout"):
        hook = history.lay(f".git/hooks/{name}", f"#!/bin/sh\n{trap}\n")
        hook.chmod(0o755)
    history.lay(".gitmodules", f'[submodule "x"]\n path = x\n url = ext::sh -c "{trap}"\n update = !{trap}\n')
    history.lay("a.py")
    # The shape of a git directory itself, so that one that looked for it here would take it for its own.
    for name, text in (("HEAD", "ref: refs/heads/x\n"), ("config", f"[core]\nfsmonitor = {trap}\n")):
        history.lay(name, text)
    history.lay("objects/x")
    history.lay("refs/x")

    assert history.look()
    assert not (tmp_path / "sprung").exists()
    assert {"a.py", "config", "%.gitattributes", "%.gitmodules"} <= history.tracked()


def test_a_git_folder_in_other_letters_hides_nothing_and_ends_nothing(history):
    for name in (".GIT/a.py", ".Git/b.py", "%.git/c.py", "git~1/d.py", ".git. /e.py"):
        history.lay(name)
    for name in (".g\u200cit/f.py", ".nab/left-out.jsonl", ".nab/agent/x"):
        history.lay(name)
    (history.workspace / ".gitmodules").symlink_to("/etc/passwd")

    assert history.look()

    assert history.tracked() == {
        "%.GIT/a.py", "%.Git/b.py", "%%.git/c.py", "%git~1/d.py", "%.git. /e.py", "%.g\u200cit/f.py",
        "%.gitmodules",
        ".nab/agent/left-out.jsonl", ".nab/agent/agent/x",
    }  # fmt: skip
    assert b"fatal" not in history.git("fsck", "--full", "--strict")


@pytest.mark.full
@pytest.mark.parametrize(
    "name",
    [
        b"new\nline",
        b'quo"te',
        b"back\\slash",
        b"\xff\xfe.py",
        b"tab\t",
        b'"start',
        b" space ",
        b"-dash",
        b"a\r",
    ],
)
def test_names_that_programs_trip_over_are_kept(history, name):
    history.lay(os.fsdecode(name))
    history.look()
    history.snapshots = history.again()
    (history.folder / "nab-known").unlink()
    assert not history.look()

    assert set(history.modes()) == {name, b".nab/left-out.jsonl"}


def test_a_left_out_file_whose_name_is_no_text_is_listed_with_its_bytes(history):
    history.lay(os.fsdecode(b"\xff\n.parquet"))
    history.look()

    (row,) = history.left_out().values()
    assert bytes.fromhex(row["path_hex"]) == b"\xff\n.parquet"


def test_links_are_kept_as_links_and_never_followed(history, tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/shadow").write_text("root:$6$")
    (history.workspace / "shadow").symlink_to("/etc/shadow")
    (history.workspace / "folder").symlink_to(tmp_path / "secret")
    (history.workspace / "nowhere").symlink_to(b"\xff\n")

    history.look()

    assert history.modes()[b"shadow"] == history.modes()[b"folder"] == "120000"
    assert history.content("shadow") == b"/etc/shadow"
    assert history.tracked() == {"shadow", "folder", "nowhere"}


def test_a_folder_that_becomes_a_link_between_the_listing_and_the_opening_gives_nothing_away(
    history, tmp_path, monkeypatch
):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/a.py").write_text("root:$6$")
    history.lay("folder/a.py", "mine")
    listing = workspaces.listing

    def swapping(root, folder, *rest):
        found = listing(root, folder, *rest)
        if folder == b"folder":
            shutil.rmtree(history.workspace / "folder")
            (history.workspace / "folder").symlink_to(tmp_path / "secret")
        return found

    monkeypatch.setattr(workspaces, "listing", swapping)
    history.look()
    history.look()

    assert history.modes()[b"folder"] == "120000"
    everything = history.git("log", "-p", "--all")
    assert b"$6$" not in everything


def test_large_files_data_and_what_is_no_file_are_left_out_and_listed(history, monkeypatch):
    history.lay("big.txt", b"0" * (2 << 20))
    history.lay("live.parquet", b"PAR1")
    history.lay("small.pkl", os.urandom(20_000))
    history.room = (50 << 20, 1 << 30)
    history.snapshots = history.again()
    history.lay("model.pkl", os.urandom(2 << 20))
    history.lay("binary-without-suffix", b"\0" * (2 << 20))
    os.mkfifo(history.workspace / "pipe")
    listener = socket.socket(socket.AF_UNIX)
    monkeypatch.chdir(history.workspace)  # a socket's path is short
    listener.bind("socket")

    history.look()

    assert history.tracked() == {"big.txt", "small.pkl"}
    rows = history.left_out()
    assert {path: row["reason"] for path, row in rows.items()} == {
        "live.parquet": "data", "model.pkl": "model", "binary-without-suffix": "binary",
        "pipe": "pipe", "socket": "socket",
    }  # fmt: skip
    assert rows["live.parquet"]["sha256"] == hashlib.sha256(b"PAR1").hexdigest()
    assert rows["live.parquet"]["bytes"] == 4 and rows["live.parquet"]["mtime"].startswith("20")
    assert rows["pipe"]["sha256"] is None


def test_a_file_over_the_limit_that_was_kept_before_leaves_the_tree_but_not_the_history(history):
    history.lay("log.txt", "short")
    history.look()
    history.lay("log.txt", b"0" * (2 << 20))
    history.look()

    assert history.tracked() == set()
    assert history.left_out()["log.txt"]["reason"] == "large"
    assert b"short" in history.git("show", "HEAD~1:log.txt")


def test_environments_caches_and_packages_are_one_row_each(history):
    for name in ("pyvenv.cfg", "bin/python", "lib/python3.11/site-packages/x.py", "lib/y.py"):
        history.lay(f"tools/env/{name}", "12")
    history.lay("web/node_modules/a/index.js", "12")
    history.lay("src/__pycache__/a.pyc", "12")
    history.look()

    assert history.tracked() == set()
    rows = {path: (row["reason"], row["files"], row["bytes"]) for path, row in history.left_out().items()}
    assert rows == {
        "tools/env": ("virtual environment", 4, 8),
        "web/node_modules": ("packages", 1, 2),
        "src/__pycache__": ("cache", 1, 2),
    }
    assert not history.look()


def test_work_does_not_hide_behind_the_mark_of_an_environment(history):
    history.lay("pyvenv.cfg")
    history.lay("main.py")
    history.lay("sub/pyvenv.cfg")
    history.lay("sub/model.py")
    history.look()

    assert history.tracked() == {"pyvenv.cfg", "main.py", "sub/pyvenv.cfg", "sub/model.py"}


def test_a_folder_that_becomes_an_environment_and_one_again_changes_places(history):
    history.lay("env/bin/python")
    history.look()
    mark = history.lay("env/pyvenv.cfg")
    history.look()
    assert history.tracked() == set()
    mark.unlink()
    history.look()

    assert history.tracked() == {"env/bin/python"} and history.left_out() == {}


def test_large_files_are_hashed_over_several_looks(history, monkeypatch):
    monkeypatch.setattr(snapshots, "HASHED_BYTES", 2 << 20)
    content = os.urandom(5 << 20)
    history.lay("a.parquet", content)
    seen = []
    for _ in range(4):
        history.look()
        seen.append(history.left_out()["a.parquet"]["sha256"])

    assert seen == [None, None, hashlib.sha256(content).hexdigest(), seen[2]]


def test_a_sparse_file_of_a_hundred_gigabytes_costs_nothing(history):
    with (history.workspace / "huge").open("wb") as file:
        file.truncate(100 << 30)
    began = time.monotonic()
    history.look()

    assert time.monotonic() - began < 5
    assert history.left_out()["huge"] | {"mtime": ""} == {
        "path": "huge", "reason": "large", "bytes": 100 << 30, "mtime": "", "sha256": None,
    }  # fmt: skip


@pytest.mark.full
def test_what_is_beyond_the_room_of_the_history_is_listed_and_small_files_still_fit(history):
    history.room = (50 << 20, 8 << 20)
    history.snapshots = history.again()
    history.lay("big-1.txt", os.urandom(4 << 20).hex()[: 5 << 20])
    history.lay("big-2.txt", os.urandom(4 << 20).hex()[: 5 << 20])
    history.lay("small.py")
    history.look()

    assert "small.py" in history.tracked() and len(history.tracked()) == 2
    assert [row["reason"] for row in history.left_out().values()] == ["no room"]
    assert not history.look()


@pytest.mark.full
def test_a_look_that_runs_out_of_time_goes_on_next_time(history, monkeypatch):
    for number in range(60):
        history.lay(f"d{number % 6}/f{number}", "x" * 1000)
    monkeypatch.setattr(walk, "BATCH_FILES", 7)
    monkeypatch.setattr(snapshots.Snapshots, "is_late", lambda _: True)
    counts = []
    for _ in range(12):
        history.look()
        counts.append(len(history.tracked()))

    assert counts[:3] == [7, 14, 21] and counts[-1] == 60


def test_a_folder_with_too_many_entries_is_kept_in_part_and_the_rest_is_counted(history, monkeypatch):
    monkeypatch.setattr(walk, "MOST_IN_FOLDER", 10)
    for number in range(25):
        history.lay(f"many/{number}")
    history.look()

    assert len(history.tracked()) == 10
    assert history.left_out()["many/"]["files"] == 15
    history.lay("many/another")
    kept = history.tracked()
    history.look()
    assert history.tracked() == kept


def test_more_files_than_are_kept_in_all_are_counted_by_folder(history, monkeypatch):
    monkeypatch.setattr(walk, "MOST_FILES", 20)
    for number in range(60):
        history.lay(f"d{number // 10}/{number}")
    history.look()

    assert 20 <= len(history.tracked()) <= 40
    assert sum(row["files"] for row in history.left_out().values()) == 60 - len(history.tracked())


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_what_we_may_not_read_is_listed_here(history):
    history.lay("secret.py").chmod(0)
    history.lay("closed/a.py")
    (history.workspace / "closed").chmod(0)
    history.lay("a.py")
    history.look()

    assert history.tracked() == {"a.py"}
    assert {path: row["reason"] for path, row in history.left_out().items()} == {
        "secret.py": "unreadable", "closed": "unreadable",
    }  # fmt: skip


def test_a_path_longer_than_the_system_allows_is_listed_with_what_is_below_it(history, monkeypatch):
    name = "d" * 200
    monkeypatch.chdir(history.workspace)
    for _ in range(30):
        Path(name).mkdir()
        os.chdir(name)
    Path("deep.py").write_text("12345")
    monkeypatch.undo()
    history.lay("a.py")

    assert history.look()
    assert history.tracked() == {"a.py"}
    (row,) = history.left_out().values()
    assert (row["reason"], row["files"], row["bytes"]) == ("too deep", 1, 5)


def test_what_lies_deeper_than_git_goes_is_listed_and_the_rest_is_kept(history, monkeypatch):
    monkeypatch.setattr(exclusions, "DEEPEST", 3)
    history.lay("1/2/3/kept.py")
    history.lay("1/2/3/4/below.py")

    assert history.look()
    assert history.tracked() == {"1/2/3/kept.py"}
    assert {path: row["reason"] for path, row in history.left_out().items()} == {"1/2/3/4": "too deep"}


def test_a_watcher_killed_at_any_point_leaves_a_history_that_goes_on(history):
    history.lay("a.py", "1")
    history.lay("gone.py", "1")
    history.look()
    known = (history.folder / "nab-known").read_bytes()
    history.lay("a.py", "2")
    (history.workspace / "gone.py").unlink()
    history.look()
    # Killed after the commit and before its own notes; and in the middle of a commit.
    (history.folder / "nab-known").write_bytes(known)
    (history.folder / "refs/heads/workspace.lock").touch()
    (history.folder / "objects/pack/tmp_pack_x").touch()
    history.lay("a.py", "3")
    history.snapshots = history.again()

    assert history.look()
    assert (history.tracked(), history.content("a.py")) == ({"a.py"}, b"3")
    assert not list(history.folder.glob("objects/pack/tmp*"))


def test_a_git_that_fails_changes_nothing_and_the_next_look_makes_up_for_it(history, monkeypatch):
    history.lay("a.py", "1")
    history.look()
    history.lay("a.py", "2")
    with monkeypatch.context() as broken:
        broken.setattr(
            repository, "record", lambda *_: (_ for _ in ()).throw(NabError("git took more than 1 s"))
        )
        with pytest.raises(NabError):
            history.look()

    assert history.content("a.py") == b"1"
    assert history.look()
    assert history.content("a.py") == b"2"


@pytest.mark.full
def test_many_looks_leave_few_packs(history, monkeypatch):
    monkeypatch.setattr(repository, "PACKS", 5)
    for number in range(20):
        history.lay("a.py", str(number))
        history.look()

    assert len(list(history.folder.glob("objects/pack/*.pack"))) <= 6
    assert repository.commits(history.folder) == 20
    history.git("fsck", "--full", "--strict")


@pytest.mark.full
def test_packs_that_are_large_or_cannot_be_joined_in_time_are_left_alone_from_then_on(history, monkeypatch):
    monkeypatch.setattr(repository, "PACKS", 2)
    monkeypatch.setattr(repository, "LARGE_PACK", 100_000)
    for number in range(8):
        history.lay("a.bin", os.urandom(300_000))
        history.lay("b.py", str(number))
        history.look()
    assert len(list(history.folder.glob("objects/pack/*.keep"))) == 8

    broken = process.Ended((), 137, "", "")
    monkeypatch.setattr(repository, "LARGE_PACK", 1 << 30)
    with monkeypatch.context() as slow:
        slow.setattr(repository, "PACKS", 1 << 30)
        for number in range(4):
            history.lay("b.py", f"again {number}")
            history.look()
    monkeypatch.setattr(process, "run", lambda *_, **__: broken)
    with pytest.raises(NabError, match="could not be joined"):
        repository.tidy(history.folder, 1)
    repository.tidy(history.folder, 1)
    assert len(list(history.folder.glob("objects/pack/*.keep"))) == 12


def test_a_workspace_that_is_gone_is_an_error_and_not_an_empty_commit(history):
    history.lay("a.py")
    history.look()
    shutil.rmtree(history.workspace)

    with pytest.raises(NabError, match="cannot be read"):
        history.look()
    assert history.tracked() == {"a.py"}


def test_nothing_of_the_operators_git_configuration_or_environment_changes_the_history(history, monkeypatch):
    monkeypatch.setenv("GIT_AUTHOR_NAME", "someone")
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    history.lay("a.py")

    assert history.look()
    assert history.git("log", "--format=%an %cn").decode().strip() == "nab nab"
