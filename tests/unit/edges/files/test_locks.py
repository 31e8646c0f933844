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
