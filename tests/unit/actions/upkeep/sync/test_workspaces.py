"""What stands in an agent's workspace, and what it is called, keeps nothing from the remote."""

import os
import shutil

import pytest

from nab.core.recording.workspace import paths
from nab.core.upkeep.sync.answers import Answer
from nab.edges.untrusted import workspaces
from support.worlds.sync import OTHER, RUN, SyncWorld

pytestmark = [pytest.mark.full, pytest.mark.skipif(not shutil.which("git"), reason="needs git")]
INSIDE = f"runs/{RUN}/workspace/"
NAMES = {
    "x\\.git": "x\\%.git",
    ".git\\config": "%.git\\config",
    "C:\\repo\\.git\\HEAD": "C:\\repo\\%.git\\HEAD",
    "gitmod~1": "%gitmod~1",
    "GI7EBA~1/inside": "%GI7EBA~1/inside",
    "git~1 .": "%git~1 .",
    ".git::$INDEX_ALLOCATION": "%.git::$INDEX_ALLOCATION",
    ".g\u200cit": "%.g\u200cit",
}


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.setattr(workspaces, "RACY_SECONDS", 0)
    return SyncWorld(tmp_path.resolve())


def test_names_that_a_server_refuses_arrive_with_a_mark(world):
    for name in NAMES:
        world.work(name, f"this is {name}")
    world.watch()
    world.happen()

    done = world.tick()

    assert done.said.answer is Answer.TAKEN
    assert done.last.arrived_seq == 1
    assert {path.removeprefix(INSIDE) for path in world.paths()} >= set(NAMES.values())
    assert world.content(f"{INSIDE}x\\%.git") == "this is x\\.git"
    world.sound()


def test_a_history_with_such_names_by_older_rules_arrives_and_is_mended(world, monkeypatch):
    with monkeypatch.context() as older:
        older.setattr(paths, "mark", lambda piece: piece)
        older.setattr("nab.actions.recording.workspace.snapshots.VERSION", 0)
        older.setattr("nab.core.recording.workspace.index.VERSION", 0)
        for name in NAMES:
            world.work(name, "old")
        world.watch()
    world.happen()
    assert world.tick().said.answer is Answer.TAKEN
    assert {path.removeprefix(INSIDE) for path in world.paths()} >= set(NAMES.values())
    world.watchers.clear()
    world.work("x\\.git", "new")

    world.watch()
    assert world.tick().said.answer is Answer.TAKEN

    inside = {path.removeprefix(INSIDE) for path in world.paths() if path.startswith(INSIDE)}
    assert inside == {*NAMES.values(), ".nab/left-out.jsonl"}
    assert world.content(f"{INSIDE}x\\%.git") == "new"
    tracked = world.watchers[RUN].known.files()
    assert tracked == len(NAMES) + 1  # GI7EBA~1 is a folder
    world.sound()


def test_folders_that_are_nested_without_end_are_listed_and_hold_nothing_back(world):
    world.work("fine.txt", "fine", OTHER)
    world.watch(OTHER)
    inside = world.state / INSIDE
    inside.mkdir(parents=True)
    folder = os.open(inside, os.O_RDONLY)
    for _ in range(300):
        os.mkdir("d", dir_fd=folder)
        deeper = os.open("d", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = deeper
    os.close(os.open("file", os.O_CREAT, dir_fd=folder))
    os.close(folder)
    world.watch()

    assert world.tick().said.answer is Answer.TAKEN

    assert list(world.left_out().values()) == ["too deep"]
    assert f"runs/{OTHER}/workspace/fine.txt" in world.paths()
