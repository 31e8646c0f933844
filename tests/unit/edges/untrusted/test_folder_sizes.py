import os

import pytest

from nab.edges.untrusted import folder_sizes
from nab.edges.untrusted.folder_sizes import Count


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "large").write_bytes(os.urandom(1 << 20))
    (tmp_path / "deep" / "er" / "small").write_bytes(b"x")
    os.sync()  # blocks are counted when they are given
    return tmp_path


def test_files_folders_and_blocks_are_counted_wherever_they_are(folder):
    found = folder_sizes.whole(folder)

    assert found.room.files == 4
    assert (1 << 20) < found.room.bytes < (1 << 20) + (64 << 10)
    assert found.unseen == 0


def test_a_sparse_file_takes_what_it_takes_and_not_what_it_says(tmp_path):
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(100 << 30)

    assert folder_sizes.whole(tmp_path).room.bytes < 1 << 20


def test_no_link_is_followed(folder, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "much").write_bytes(os.urandom(1 << 20))
    os.sync()
    before = folder_sizes.whole(folder).room
    (folder / "link").symlink_to(elsewhere)

    after = folder_sizes.whole(folder).room
    assert (after.bytes - before.bytes, after.files - before.files) == (0, 1)


def test_of_a_crowded_folder_every_file_is_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(folder_sizes, "MOST_IN_FOLDER", 10)
    for number in range(100):
        (tmp_path / str(number)).touch()

    assert folder_sizes.whole(tmp_path).room.files == 100


def test_a_folder_that_is_not_there_holds_nothing(tmp_path):
    assert folder_sizes.whole(tmp_path / "none") == folder_sizes.DiskUsage()


def test_a_folder_that_cannot_be_looked_into_is_told(folder):
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    (folder / "deep").chmod(0)
    try:
        assert folder_sizes.whole(folder).unseen == 1
    finally:
        (folder / "deep").chmod(0o755)


def test_a_count_in_slices_comes_to_the_same_and_then_begins_again(folder):
    count = Count([folder / "deep", folder / "none"])
    seen = []
    for _ in range(8):
        count.go_on(0)
        seen.append(count.newest)

    assert seen[0] is None
    assert seen[-1] == folder_sizes.whole(folder / "deep")
    (folder / "deep" / "another").touch()
    for _ in range(8):
        count.go_on(0)
    assert count.newest.room.files == seen[-1].room.files + 1
