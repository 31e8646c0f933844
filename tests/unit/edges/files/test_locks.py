import subprocess
import sys

import pytest

from nab.core.errors import BUSY, NabError
from nab.edges import process
from nab.edges.files import locks

HOLDER = """
import sys, time
from pathlib import Path
from nab.edges.files import locks
with locks.held(Path(sys.argv[1]), what="it"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def lock(tmp_path):
    return tmp_path / "deep" / "lock"


@pytest.fixture
def holder(lock):
    started = process.start(sys.executable, "-c", HOLDER, str(lock))
    assert started.stdout.readline() == "held\n"
    yield started
    started.kill()
    started.communicate()


def test_second_holder_is_told_what_is_busy(lock, holder):
    with pytest.raises(NabError, match="the GPU is busy") as raised, locks.held(lock, what="the GPU"):
        pass
    assert raised.value.exit_code == BUSY


def test_lock_is_free_when_its_holder_was_killed(lock, holder):
    assert locks.is_held(lock)
    holder.kill()
    holder.wait()

    assert not locks.is_held(lock)
    with locks.held(lock, what="it"):
        assert locks.is_held(lock)


def test_waiting_for_a_lock_outlasts_a_holder_that_ends_in_time(lock, holder):
    holder.kill()
    with locks.held(lock, what="it", wait_seconds=30):
        pass


def test_lock_is_not_shared_within_one_process(lock):
    with (
        locks.held(lock, what="it"),
        pytest.raises(NabError, match="it is busy"),
        locks.held(lock, what="it"),
    ):
        pass


def test_lock_file_stays_after_release_and_keeps_its_inode(lock):
    with locks.held(lock, what="it"):
        inode = lock.stat().st_ino
    with locks.held(lock, what="it"):
        assert lock.stat().st_ino == inode
    assert lock.exists()


def test_probe_of_a_lock_that_nobody_ever_took_makes_no_file(lock):
    assert not locks.is_held(lock)
    assert not lock.parent.exists()


def test_lock_is_released_when_its_holder_raises(lock):
    with pytest.raises(KeyError), locks.held(lock, what="it"):
        raise KeyError
    assert not locks.is_held(lock)


LOOKING = """
import subprocess
import sys
from pathlib import Path
from nab.core.errors import NabError
from nab.edges.files import locks
with locks.held(Path(sys.argv[1]), what="it"):
    print("held", flush=True)
    for line in sys.stdin:
        try:
            locks.look()
            print("ours", flush=True)
        except NabError as error:
            print(error.message, flush=True)
"""


@pytest.fixture
def looking(lock):
    """Start a holder that looks at its lock whenever a line comes."""
    started = subprocess.Popen(
        [sys.executable, "-c", LOOKING, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert started.stdout.readline() == "held\n"

    def look():
        started.stdin.write("\n")
        started.stdin.flush()
        return started.stdout.readline()

    yield look
    started.kill()
    started.communicate()


def test_a_holder_whose_lock_file_was_deleted_makes_it_anew_and_keeps_others_out(lock, looking):
    lock.unlink()

    assert looking() == "ours\n"
    assert locks.is_held(lock)
    with pytest.raises(NabError, match="it is busy"), locks.held(lock, what="it"):
        pass


def test_a_holder_that_has_lost_its_lock_to_another_says_so_and_takes_no_other(lock, looking):
    lock.unlink()
    with locks.held(lock, what="it"):
        assert "was deleted while we held it, and somebody else holds it now" in looking()
        assert "somebody else holds it now" in looking()


def test_a_process_that_has_lost_a_lock_takes_no_other(lock, holder, tmp_path):
    with locks.held(tmp_path / "first", what="the first"):
        (tmp_path / "first").unlink()
        other = process.start(sys.executable, "-c", HOLDER, str(tmp_path / "first"))
        assert other.stdout.readline() == "held\n"
        with pytest.raises(NabError, match="the first: "), locks.held(tmp_path / "b", what="b"):
            pass
        other.kill()
        other.communicate()


def test_who_waited_for_a_lock_whose_file_was_deleted_does_not_hold_the_deleted_file(lock, monkeypatch):
    lock.parent.mkdir()
    real, deleted = locks.locked, []

    def locked(file):
        if not deleted:  # between the opening and the locking
            deleted.append(lock.unlink())
        return real(file)

    monkeypatch.setattr(locks, "locked", locked)
    with locks.held(lock, what="it", wait_seconds=30):
        assert locks.is_held(lock)


def test_a_link_in_the_place_of_a_lock_file_is_not_followed(lock, tmp_path):
    lock.parent.mkdir()
    lock.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(OSError), locks.held(lock, what="it"):
        pass
    assert not (tmp_path / "elsewhere").exists()
