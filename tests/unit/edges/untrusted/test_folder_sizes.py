import os

import pytest

from nab.core.upkeep.disks import Room
from nab.edges.untrusted import folder_sizes, walks
from nab.edges.untrusted.folder_sizes import Count
from nab.paths import AgentFolder
from support.records.trees import deep


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "large").write_bytes(os.urandom(1 << 20))
    (tmp_path / "deep" / "er" / "small").write_bytes(b"x")
    os.sync()  # blocks are counted when they are given
    return tmp_path


def test_files_folders_and_blocks_are_counted_wherever_they_are(folder):
    found = folder_sizes.whole(AgentFolder(folder))

    assert found.room.files == 4
    assert (1 << 20) < found.room.bytes < (1 << 20) + (64 << 10)
    assert found.unseen == 0


def test_a_sparse_file_takes_what_it_takes_and_not_what_it_says(tmp_path):
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(100 << 30)

    assert folder_sizes.whole(AgentFolder(tmp_path)).room.bytes < 1 << 20


def test_no_link_is_followed(folder, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "much").write_bytes(os.urandom(1 << 20))
    os.sync()
    before = folder_sizes.whole(AgentFolder(folder)).room
    (folder / "link").symlink_to(elsewhere)

    after = folder_sizes.whole(AgentFolder(folder)).room
    assert (after.bytes - before.bytes, after.files - before.files) == (0, 1)


def test_of_a_crowded_folder_every_file_and_every_byte_is_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(walks, "PORTION", 10)
    for number in range(95):
        (tmp_path / str(number)).write_bytes(b"x" * 4096)
    os.sync()

    assert folder_sizes.whole(AgentFolder(tmp_path)).room == Room(95 * 4096, 95)


def test_a_folder_that_is_not_there_holds_nothing(tmp_path):
    assert folder_sizes.whole(AgentFolder(tmp_path / "none")) == folder_sizes.DiskUsage()


def test_a_folder_that_cannot_be_looked_into_is_told(folder):
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    (folder / "deep").chmod(0)
    try:
        assert folder_sizes.whole(AgentFolder(folder)).unseen == 1
    finally:
        (folder / "deep").chmod(0o755)


def test_a_count_in_slices_comes_to_the_same_and_then_begins_again(folder):
    count = Count([AgentFolder(folder / "deep"), AgentFolder(folder / "none")])
    seen = []
    for _ in range(8):
        count.go_on(0)
        seen.append(count.newest)

    assert seen[0] is None
    assert seen[-1] == folder_sizes.whole(AgentFolder(folder / "deep"))
    (folder / "deep" / "another").touch()
    for _ in range(8):
        count.go_on(0)
    assert count.newest.room.files == seen[-1].room.files + 1


def test_what_lies_at_a_path_of_8000_bytes_is_counted(tmp_path):
    deep(tmp_path / "agent", levels=40, name="d" * 200)

    found = folder_sizes.whole(AgentFolder(tmp_path / "agent"))
    assert (found.room.files, found.unseen) == (41, 0)
    assert found.room.bytes >= 4096 * 2


def test_what_two_counts_in_a_row_cannot_look_into_is_told_and_a_moment_is_not(folder, monkeypatch):
    refused = [True, True, False, True]

    def closed(here, name):
        if name == "er" and refused[0]:
            raise PermissionError(13, "Permission denied", name)
        return os.open(name, os.O_RDONLY, dir_fd=here)

    monkeypatch.setattr(folder_sizes.walks.through, "__defaults__", (closed,))
    count, seen = Count([AgentFolder(folder)]), []
    while refused:
        count.go_on(60)
        seen.append(count.newest.unseen)
        refused.pop(0)

    assert seen == [1, 1, 0, 0]
