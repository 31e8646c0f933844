"""What we make in an agent's folders lands there, whatever links it left: nothing beside them changes."""

import os
import threading
from contextlib import suppress

import pytest
from hypothesis import given, settings

from nab.edges.untrusted import descriptors, furnishing
from nab.paths import AgentFolder
from support.records.trees import kept_outside, laid, trees

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")


@pytest.fixture
def source(tmp_path):
    (tmp_path / "source" / ".codex" / "deeper").mkdir(parents=True)
    (tmp_path / "source" / ".codex" / "config.toml").write_text("model = 1\n")
    (tmp_path / "source" / ".codex" / "config.toml").chmod(0o600)
    (tmp_path / "source" / ".codex" / "deeper" / "run").write_text("#!/bin/sh\n")
    (tmp_path / "source" / ".codex" / "deeper" / "run").chmod(0o755)
    return tmp_path / "source"


@pytest.fixture
def home(tmp_path):
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def test_a_home_begins_with_what_its_image_has(source, home):
    furnishing.furnish(AgentFolder(home), source)

    config, run = home / ".codex" / "config.toml", home / ".codex" / "deeper" / "run"
    assert (config.read_text(), config.stat().st_mode & 0o777) == ("model = 1\n", 0o600)
    assert (run.read_text(), run.stat().st_mode & 0o777) == ("#!/bin/sh\n", 0o755)
    assert sorted(path.name for path in home.rglob("*")) == [".codex", "config.toml", "deeper", "run"]


def test_furnishing_twice_is_furnishing_once(source, home):
    for _ in range(2):
        furnishing.furnish(AgentFolder(home), source)

    assert (home / ".codex" / "config.toml").read_text() == "model = 1\n"


@pytest.mark.parametrize("absolute", [True, False])
def test_a_link_in_the_place_of_a_file_gives_way_and_what_it_leads_to_stays(source, home, tmp_path, absolute):
    log = tmp_path / "events"
    log.write_text("fifty events\n")
    (home / ".codex").mkdir()
    (home / ".codex" / "config.toml").symlink_to(log if absolute else "../../events")

    furnishing.furnish(AgentFolder(home), source)
    assert log.read_text() == "fifty events\n"
    assert not (home / ".codex" / "config.toml").is_symlink()


def test_a_link_in_the_place_of_a_folder_is_not_gone_through(source, home, tmp_path):
    outside = kept_outside(tmp_path / "outside")
    (home / ".codex").symlink_to(tmp_path / "outside")

    with pytest.raises(OSError):
        furnishing.furnish(AgentFolder(home), source)
    assert kept_outside(tmp_path / "outside") == outside


def test_folders_are_made_on_the_disk_with_their_mode_and_through_no_link(tmp_path):
    disk = tmp_path / "disk"
    outside = kept_outside(tmp_path / "outside")
    furnishing.make(AgentFolder(disk))
    furnishing.make_inside(AgentFolder(disk), "tmp", mode=0o1777)
    (disk / "var-tmp").symlink_to(tmp_path / "outside")

    assert (disk / "tmp").stat().st_mode & 0o7777 == 0o1777
    with pytest.raises(OSError):
        furnishing.make_inside(AgentFolder(disk), "var-tmp", mode=0o1777)
    assert kept_outside(tmp_path / "outside") == outside


@needs_root
@pytest.mark.full
@settings(max_examples=20, deadline=None)
@given(tree=trees())
def test_handing_over_gives_away_what_is_in_the_folder_and_nothing_else(tree, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tree")
    outside = kept_outside(folder / "outside")
    laid(folder / "agent", tree, folder / "outside")

    furnishing.hand_over(AgentFolder(folder / "agent"), 1000)
    assert {path.lstat().st_uid for path in [folder / "agent", *(folder / "agent").rglob("*")]} == {1000}
    assert kept_outside(folder / "outside") == outside


@needs_root
@pytest.mark.full
def test_whoever_swaps_a_folder_for_a_link_while_it_is_handed_over_gets_nothing_else(tmp_path):
    outside = kept_outside(tmp_path / "outside")
    place, done = tmp_path / "agent", threading.Event()
    (place / "a" / "below").mkdir(parents=True)
    (place / "a" / "kept").touch()

    def swap():
        while not done.is_set():
            (place / "a").rename(place / "b")
            (place / "a").symlink_to(tmp_path / "outside")
            (place / "a").unlink()
            (place / "b").rename(place / "a")

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        for _ in range(300):
            with suppress(OSError):
                furnishing.hand_over(AgentFolder(place), 1000)
    finally:
        done.set()
        thread.join()
    assert kept_outside(tmp_path / "outside") == outside


def test_looking_at_a_path_with_a_link_on_the_way_finds_nothing(home, tmp_path):
    kept_outside(tmp_path / "outside")
    (home / "way").symlink_to(tmp_path / "outside")

    assert descriptors.status(AgentFolder(home), b"way/kept") is None
    assert descriptors.status(AgentFolder(home), b"way") is not None
