"""The commit that is at work, from real checkouts and from none."""

import shutil
import subprocess

import pytest

from nab.edges.git import checkouts

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="needs git")


def git(root, *words):
    who = ("-c", "user.name=a", "-c", "user.email=a@b")
    return subprocess.run(
        ["git", "-C", str(root), *who, *words], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_a_commit_is_told_and_only_changes_of_code_count_as_such(tmp_path):
    git(tmp_path, "init", "-q")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/a.py").write_text("1")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "x")
    head = git(tmp_path, "rev-parse", "HEAD")
    assert checkouts.commit(tmp_path) == (head, False)

    (tmp_path / "nab.toml").write_text("settings are on record apart")
    assert checkouts.commit(tmp_path) == (head, False)
    (tmp_path / "lib/new.py").write_text("2")
    assert checkouts.commit(tmp_path) == (head, True)


def test_an_installation_that_is_no_checkout_has_no_commit_even_inside_one(tmp_path):
    git(tmp_path, "init", "-q")
    (tmp_path / "installed").mkdir()

    assert checkouts.commit(tmp_path / "installed") == ("", False)


def test_a_checkout_that_git_cannot_read_is_not_known(tmp_path):
    (tmp_path / ".git").write_text("gitdir: /nowhere")

    assert checkouts.commit(tmp_path) is None
