"""Publishing to a branch of a remote, with real git."""

import subprocess
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from nab.actions.site import branches, building, publishing
from nab.core.errors import NabError
from support.statistics.claimed import claimed
from support.statistics.claims_on_disk import bench_with

pytestmark = pytest.mark.full
SITE = {"index.html": b"<p>1</p>", "rounds/1/index.html": b"<p>r</p>", "as-of.json": b"1"}


def git(folder, *words):
    return subprocess.run(
        ("git", f"--git-dir={folder}", *words), check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def remote(tmp_path):
    folder = tmp_path / "remote.git"
    subprocess.run(("git", "init", "-q", "--bare", str(folder)), check=True)
    return folder


@pytest.fixture
def bench(tmp_path, remote, monkeypatch):
    found = bench_with(tmp_path, claimed(0))
    section = msgspec.structs.replace(found.config.settings.publish, remote=str(remote))
    settings = msgspec.structs.replace(found.config.settings, publish=section)
    monkeypatch.setattr(publishing, "EVERY", timedelta(0))
    return replace(found, config=msgspec.structs.replace(found.config, settings=settings))


def put(bench, files):
    """Be the site that was built."""
    import hashlib

    for path, content in files.items():
        target = bench.paths.site / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    hashes = {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
    (bench.paths.site / building.LIST).write_bytes(msgspec.json.encode(building.Listed(hashes)))


def served(remote):
    return {
        path: git(remote, "show", f"pages:{path}").encode()
        for path in git(remote, "ls-tree", "-r", "--name-only", "pages").split()
        if path != building.LIST
    }


def test_the_branch_is_the_site_and_has_a_commit_each_time_that_a_page_changed(bench, remote):
    put(bench, SITE)
    assert "3 of 3 files changed" in publishing.publish(bench)
    assert served(remote) == SITE

    put(bench, SITE | {"as-of.json": b"2"})  # tells of the build itself
    assert "no page changed" in publishing.publish(bench)

    fewer = {"index.html": b"<p>2</p>", "as-of.json": b"2"}
    put(bench, fewer)
    publishing.publish(bench)
    assert served(remote) == fewer
    assert git(remote, "rev-list", "--count", "pages").strip() == "2"


def test_not_twice_in_ten_minutes(bench, monkeypatch):
    monkeypatch.setattr(publishing, "EVERY", timedelta(minutes=10))
    put(bench, SITE)
    publishing.publish(bench)
    put(bench, SITE | {"index.html": b"<p>2</p>"})

    with pytest.raises(NabError, match=r"published \d+ s ago"):
        publishing.publish(bench)


def test_a_branch_that_holds_something_else_is_left_as_it_is(bench, remote):
    blob = subprocess.run(
        ("git", f"--git-dir={remote}", "hash-object", "-w", "--stdin"),
        input=b"x",
        check=True,
        capture_output=True,
    ).stdout.decode()
    tree = subprocess.run(
        ("git", f"--git-dir={remote}", "mktree"), input=f"100644 blob {blob.strip()}\tletter\n".encode(), check=True,
        capture_output=True,
    ).stdout.decode().strip()  # fmt: skip
    who = ("-c", "user.name=a", "-c", "user.email=a@b")
    git(remote, "update-ref", "refs/heads/pages", git(remote, *who, "commit-tree", "-m", "x", tree).strip())
    put(bench, SITE)

    with pytest.raises(NabError, match="holds something that is not the site"):
        publishing.publish(bench)
    assert git(remote, "ls-tree", "--name-only", "pages").split() == ["letter"]


def test_what_another_installation_published_is_gone_on_from(bench, remote, tmp_path):
    put(bench, SITE)
    publishing.publish(bench)
    bench.paths.site_history.rename(tmp_path / "lost.git")
    put(bench, SITE | {"index.html": b"<p>3</p>"})

    publishing.publish(bench)

    assert served(remote)["index.html"] == b"<p>3</p>"
    assert git(remote, "rev-list", "--count", "pages").strip() == "2"


def test_a_file_that_is_not_what_was_built_is_not_published(bench, remote):
    put(bench, SITE)
    (bench.paths.site / "index.html").write_bytes(b"edited")

    with pytest.raises(NabError, match=r"index\.html is not what was built"):
        publishing.publish(bench)
    assert not git(remote, "branch", "--list")


def test_a_remote_that_is_not_there_is_told_with_what_to_look_at(bench, remote, tmp_path):
    put(bench, SITE)
    remote.rename(tmp_path / "gone.git")

    with pytest.raises(NabError, match="not published") as told:
        publishing.publish(bench)
    assert branches.KEY in told.value.hint
