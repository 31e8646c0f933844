"""What an agent left is removed whatever it made of it, and nothing beside it."""

import os
import resource
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings

from nab.core.errors import NabError
from nab.edges.untrusted import folder_sizes, removal, walks
from nab.paths import AgentFolder
from support.records.trees import deep, kept_outside, laid, trees


@pytest.fixture
def place(tmp_path):
    """Have a folder of an agent's; what a failing test leaves there would be too deep for pytest to remove."""
    (tmp_path / "agent").mkdir()
    yield tmp_path / "agent"
    subprocess.run(["rm", "-rf", tmp_path / "agent"], check=True)


def test_a_path_longer_than_the_system_can_name_is_removed(place):
    deep(place, levels=40, name="d" * 200)

    removal.remove(AgentFolder(place))
    assert not place.exists()


@pytest.mark.full
def test_three_thousand_levels_are_counted_and_removed_with_few_open_files(place):
    deep(place, levels=3000, name="d")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(list(Path("/proc/self/fd").iterdir())) + 60, before[1]))
    try:
        found = folder_sizes.whole(AgentFolder(place))
        removal.remove(AgentFolder(place))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)

    assert (found.room.files, found.unseen) == (3001, 0)
    assert not place.exists()


@pytest.mark.full
@settings(max_examples=20, deadline=None)
@given(tree=trees())
def test_whatever_is_in_it_goes_and_what_its_links_lead_to_stays(tree, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tree")
    outside = kept_outside(folder / "outside")
    laid(folder / "agent", tree, folder / "outside")

    removal.remove(AgentFolder(folder / "agent"))
    assert [path.name for path in folder.iterdir()] == ["outside"]
    assert kept_outside(folder / "outside") == outside


def test_of_our_own_link_to_a_folder_the_link_goes(place, tmp_path):
    (place / "work").touch()
    (tmp_path / "link").symlink_to(place)

    removal.remove(AgentFolder(tmp_path / "link"))
    assert not (tmp_path / "link").is_symlink() and (place / "work").exists()


def test_no_folder_is_nothing_to_remove(tmp_path):
    removal.remove(AgentFolder(tmp_path / "none"))


def test_a_file_system_that_is_mounted_in_it_is_not_gone_into(place):
    (place / "mounted").mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "none", place / "mounted"], check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        (place / "mounted" / "kept").touch()
        (place / "beside").touch()
        with pytest.raises(NabError, match="could not be removed"):
            removal.remove(AgentFolder(place))

        assert (place / "mounted" / "kept").exists() and not (place / "beside").exists()
    finally:
        subprocess.run(["umount", place / "mounted"], check=True)


def test_what_keeps_its_owner_out_is_put_aside(place):
    (place / "closed" / "deeper").mkdir(parents=True)
    (place / "closed" / "deeper" / "file").touch()
    (place / "closed" / "deeper").chmod(0)
    (place / "closed").chmod(0)

    removal.remove(AgentFolder(place))
    assert not place.exists()


def test_what_cannot_go_is_told_and_all_else_goes(place, monkeypatch):
    for name in ("a", "b", "stays", "z"):
        (place / name).mkdir()
        (place / name / "file").touch()
    unlink = os.unlink

    def refused(name, **where):
        if Path(f"/proc/self/fd/{where['dir_fd']}").readlink().name == "stays":
            raise PermissionError(1, "Operation not permitted", name)
        unlink(name, **where)

    monkeypatch.setattr(removal.os, "unlink", refused)
    with pytest.raises(NabError, match=r"'file': Operation not permitted, and 1 more"):
        removal.remove(AgentFolder(place))

    assert [path.name for path in place.iterdir()] == ["stays"]


@pytest.mark.full
def test_a_folder_that_is_swapped_for_a_link_while_we_remove_leads_nowhere(place, tmp_path):
    kept_outside(tmp_path / "outside")
    for number in range(40):
        (place / str(number)).mkdir()
        (place / str(number) / "kept").touch()
    done = threading.Event()

    def swap():
        while not done.is_set():
            for number in range(40):
                try:
                    (place / str(number)).rename(place / "aside")
                    (place / str(number)).symlink_to(tmp_path / "outside")
                    (place / str(number)).unlink()
                    (place / "aside").rename(place / str(number))
                except OSError:
                    continue

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        for _ in range(10):
            with_trouble(place)
    finally:
        done.set()
        thread.join()
    assert kept_outside(tmp_path / "outside")["kept"] == b"ours"


def with_trouble(place):
    """Remove while somebody swaps; what stays is that one's doing."""
    with suppress(NabError):
        removal.remove(AgentFolder(place))
    for number in range(40):
        with suppress(OSError):
            (place / str(number)).mkdir(parents=True)


def test_a_folder_that_is_moved_while_we_are_far_below_it_is_not_taken_for_where_we_came_from(
    place, monkeypatch
):
    monkeypatch.setattr(walks, "HELD", 2)
    deep(place / "here", levels=6, name="d")
    (place / "elsewhere").mkdir()
    start = os.open(place / "here", os.O_RDONLY)
    way = walks.Way(start)
    os.close(start)
    for _ in range(5):
        way.enter("d", walks.open_folder)
    (place / "here" / "d" / "d").rename(place / "elsewhere" / "d")

    for _ in range(3):
        way.leave()
    with pytest.raises(OSError, match="moved while"):
        way.leave()
    way.close()
