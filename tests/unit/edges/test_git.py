import os
import shutil
import subprocess

import pytest

from nab.core.errors import NabError
from nab.edges import git

pytestmark = pytest.mark.skipif(
    not (shutil.which("rsync") and shutil.which("git")), reason="needs git and rsync"
)


def snapshot(tmp_path, message="look"):
    git.mirror(tmp_path / "workspace", tmp_path / "mirror", largest_mib=1)
    return git.commit(tmp_path / "history", tmp_path / "mirror", message)


def tracked(tmp_path):
    listed = subprocess.run(
        ["git", f"--git-dir={tmp_path / 'history'}", "ls-tree", "-r", "--name-only", "HEAD"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(listed.stdout.split())


@pytest.fixture
def workspace(tmp_path):
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


def test_each_change_is_a_commit_and_no_change_is_none(tmp_path, workspace):
    (workspace / "a.py").write_text("1")
    assert snapshot(tmp_path)
    assert not snapshot(tmp_path)
    (workspace / "a.py").write_text("2")
    assert snapshot(tmp_path)

    assert git.commits(tmp_path / "history") == 2


def test_an_empty_workspace_has_a_history_too(tmp_path, workspace):
    assert snapshot(tmp_path)
    assert git.commits(tmp_path / "history") == 1


def test_work_in_a_nested_repository_and_ignored_files_are_kept(tmp_path, workspace):
    nested = workspace / "nested"
    nested.mkdir()
    subprocess.run(["git", "init", "-q", str(nested)], check=True)
    (nested / "model.py").write_text("x")
    (workspace / ".gitignore").write_text("*\n")
    (workspace / "hidden.py").write_text("x")

    snapshot(tmp_path)

    assert {"nested/model.py", "hidden.py", ".gitignore"} == tracked(tmp_path)


def test_nothing_of_the_agents_git_configuration_runs(tmp_path, workspace):
    subprocess.run(["git", "init", "-q", str(workspace)], check=True)
    trap = f"touch {tmp_path / 'sprung'}"
    for key in ("core.fsmonitor", "filter.evil.clean"):
        subprocess.run(["git", "-C", str(workspace), "config", key, trap], check=True)
    (workspace / ".gitattributes").write_text("* filter=evil\n")
    hook = workspace / ".git/hooks/pre-commit"
    hook.write_text(f"#!/bin/sh\n{trap}\n")
    hook.chmod(0o755)
    (workspace / "a.py").write_text("1")

    assert snapshot(tmp_path)
    assert not (tmp_path / "sprung").exists()


def test_large_files_pipes_and_links_that_lead_out_are_left_out(tmp_path, workspace):
    (workspace / "big.bin").write_bytes(b"0" * (2 << 20))
    os.mkfifo(workspace / "pipe")
    (workspace / "shadow").symlink_to("/etc/shadow")
    (workspace / "small.txt").write_text("kept")

    snapshot(tmp_path)

    assert tracked(tmp_path) == {"small.txt"}


def test_a_lock_left_by_a_killed_git_does_not_end_the_history(tmp_path, workspace):
    (workspace / "a.py").write_text("1")
    snapshot(tmp_path)
    (tmp_path / "history/index.lock").touch()
    (workspace / "a.py").write_text("2")

    assert snapshot(tmp_path)


def test_a_workspace_that_is_gone_is_an_error_and_not_an_empty_commit(tmp_path):
    with pytest.raises(NabError, match="cannot be copied"):
        snapshot(tmp_path)
