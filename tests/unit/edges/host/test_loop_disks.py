"""A file system of fixed size, on the real kernel: skipped, with the reason, where it cannot be had."""

import errno
import os
from pathlib import Path

import pytest

from nab.core.errors import NabError
from nab.core.upkeep.disks import Room
from nab.edges import clock, process
from nab.edges.host import loop_disks, machine
from nab.paths import AgentFolder
from support.engines.disks import loop_or_skip

SIZE = Room(64 << 20, 2000)


@pytest.fixture
def disk(tmp_path):
    loop_or_skip(tmp_path)
    image, place = tmp_path / "disk.img", tmp_path / "a b" / "disk"
    loop_disks.make(image, SIZE)
    loop_disks.attach(image, AgentFolder(place))
    yield place
    loop_disks.detach(AgentFolder(place))


def fill(folder: Path) -> int:
    """Write until the kernel refuses. Returns how many bytes there are then."""
    with (folder / "large").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 20))
        except OSError as error:
            assert error.errno == errno.ENOSPC
        return file.tell()


@pytest.mark.full
def test_it_holds_its_bytes_and_not_one_more_and_the_disk_below_is_as_before(disk, tmp_path):
    written = fill(disk)

    assert 0.75 * SIZE.bytes < written < SIZE.bytes
    assert (tmp_path / "disk.img").stat().st_blocks * 512 <= SIZE.bytes
    (tmp_path / "beside").write_bytes(b"there is room")
    used, whole = loop_disks.room(AgentFolder(disk))
    assert used.bytes >= written and used.share_of(whole) > 0.95


def test_it_holds_its_files_and_not_one_more(disk, tmp_path):
    before = machine.disk("state", tmp_path).free_files
    made = 0
    with pytest.raises(OSError, match="No space left"):
        for made in range(10 * SIZE.files):
            (disk / str(made)).touch()

    assert 0.9 * SIZE.files < made < 1.5 * SIZE.files
    after = machine.disk("state", tmp_path).free_files
    assert before is None or before - after < made / 2  # others use that disk, too


@pytest.mark.full
def test_what_is_deleted_in_it_is_given_back_to_the_disk_below(disk, tmp_path):
    fill(disk)
    os.sync()
    (disk / "large").unlink()
    os.sync()

    deadline = clock.monotonic() + 20  # the kernel does it a while later
    while (tmp_path / "disk.img").stat().st_blocks * 512 > SIZE.bytes / 4:
        assert clock.monotonic() < deadline
        clock.pause(0.1)


def test_after_an_unmount_everything_is_there_again(disk, tmp_path):
    (disk / "model.pkl").write_bytes(b"weights")

    loop_disks.detach(AgentFolder(disk))
    assert not disk.is_mount() and list(disk.iterdir()) == []
    for _ in range(2):  # the second one finds it done
        loop_disks.attach(tmp_path / "disk.img", AgentFolder(disk))
    assert (disk / "model.pkl").read_bytes() == b"weights"
    assert loop_disks.below(tmp_path) == [AgentFolder(disk)]
    assert not (disk / "lost+found").exists()


@pytest.mark.full
def test_one_that_somebody_still_reads_is_let_go_of_all_the_same(disk, monkeypatch):
    monkeypatch.setattr(loop_disks, "PATIENCE_SECONDS", 0.3)
    with (disk / "open").open("wb"):
        loop_disks.detach(AgentFolder(disk))

        assert not disk.is_mount()


def test_making_it_again_keeps_what_is_there(disk, tmp_path):
    before = (tmp_path / "disk.img").stat()
    loop_disks.make(tmp_path / "disk.img", Room(128 << 20, 5000))

    after = (tmp_path / "disk.img").stat()
    assert (after.st_ino, after.st_size) == (before.st_ino, before.st_size)


def test_a_half_made_one_is_never_seen(tmp_path):
    loop_or_skip(tmp_path)
    with pytest.raises(NabError, match=r"mkfs\.ext4"):
        loop_disks.make(tmp_path / "disk.img", Room(0, 1))

    assert list(tmp_path.iterdir()) == []


def test_a_damaged_one_is_an_error_with_a_remedy_and_not_an_empty_folder(tmp_path):
    loop_or_skip(tmp_path)
    (tmp_path / "disk.img").write_bytes(os.urandom(1 << 20))

    with pytest.raises(NabError, match="damaged") as raised:
        loop_disks.attach(tmp_path / "disk.img", AgentFolder(tmp_path / "disk"))
    assert "e2fsck -f" in raised.value.hint
    assert not (tmp_path / "disk").is_mount()


def test_where_it_works_the_trial_leaves_nothing(tmp_path):
    loop_or_skip(tmp_path)

    assert loop_disks.why_not(tmp_path) == ""
    assert list(tmp_path.iterdir()) == []


def test_where_mounting_is_refused_the_trial_says_why_and_leaves_nothing(tmp_path, monkeypatch):
    refuses = tmp_path / "bin" / "mount"
    refuses.parent.mkdir()
    refuses.write_text("#!/bin/sh\necho 'mount: permission denied.' >&2\nexit 32\n")
    refuses.chmod(0o755)
    monkeypatch.setenv("PATH", f"{refuses.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(process, "is_root", lambda: True)
    state = tmp_path / "state"
    state.mkdir()

    assert "permission denied" in loop_disks.why_not(state)
    assert list(state.iterdir()) == []


def test_who_is_not_root_and_has_no_sudo_is_told_so(tmp_path, monkeypatch):
    monkeypatch.setattr(process, "is_root", lambda: False)
    monkeypatch.setattr(process, "found", lambda _: False)

    assert loop_disks.why_not(tmp_path) == "only root may mount"


def test_a_mount_that_the_engine_would_not_see_will_not_do(tmp_path, monkeypatch):
    loop_or_skip(tmp_path)
    (tmp_path / "others").write_text("")
    state = tmp_path / "state"
    state.mkdir()
    monkeypatch.setattr(loop_disks, "EVERYBODYS", tmp_path / "others")

    assert "not seen outside" in loop_disks.why_not(state)
    assert list(state.iterdir()) == []
