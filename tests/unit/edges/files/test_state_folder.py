import errno
import os

import pytest

from nab.core.errors import USAGE, NabError
from nab.edges.files import files, state_folder


def test_local_folder_passes_and_is_left_as_it_was(tmp_path):
    folder = tmp_path / "state"

    state_folder.self_test(folder)

    assert list(folder.iterdir()) == []


def test_network_filesystem_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(state_folder, "filesystem", lambda _: "nfs")

    with pytest.raises(NabError, match="is on nfs") as raised:
        state_folder.self_test(tmp_path)
    assert raised.value.exit_code == USAGE


def test_filesystem_in_memory_is_a_warning(tmp_path, monkeypatch):
    monkeypatch.setattr(state_folder, "filesystem", lambda _: "tmpfs")

    assert state_folder.self_test(tmp_path) == [f"{tmp_path} is on tmpfs: all of it is gone after a reboot"]


def test_filesystem_whose_locks_do_not_lock_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("nab.edges.files.locks.is_held", lambda _: False)

    with pytest.raises(NabError, match="two processes could hold one lock"):
        state_folder.self_test(tmp_path)


@pytest.mark.parametrize(
    ("number", "raised"), [(errno.EINVAL, NabError), (errno.EROFS, NabError), (errno.ENOSPC, OSError)]
)
def test_filesystem_that_cannot_sync_is_refused_and_a_full_one_is_called_full(
    tmp_path, monkeypatch, number, raised
):
    def fail(_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(files, "sync_folder", fail)

    with pytest.raises(raised, match=os.strerror(number)):
        state_folder.self_test(tmp_path)
