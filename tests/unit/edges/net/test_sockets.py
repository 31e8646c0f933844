import socket

import pytest

from nab.core.errors import BUSY, USAGE, NabError
from nab.edges.net import sockets


def test_a_socket_left_behind_is_replaced_and_removed_at_the_end(tmp_path):
    path = tmp_path / "api.sock"
    with socket.socket(socket.AF_UNIX) as abandoned:
        abandoned.bind(str(path))
    assert not sockets.answers(path)
    with sockets.unix(path):
        assert sockets.answers(path)

    assert not path.exists()
    assert not sockets.answers(path)


def test_a_path_too_long_for_a_socket_is_refused_with_a_remedy(tmp_path):
    with pytest.raises(NabError, match="too long") as refused, sockets.unix(tmp_path / ("x" * 100)):
        pass

    assert "--state" in refused.value.hint


def test_a_taken_port_is_refused_with_a_remedy():
    with sockets.tcp(0) as taken, pytest.raises(NabError) as refused, sockets.tcp(taken.getsockname()[1]):
        pass

    assert refused.value.exit_code == USAGE
    assert "local_port" in refused.value.hint


def test_only_one_holds_a_state_folder(tmp_path):
    with (
        sockets.only_one(tmp_path / "lock"),
        pytest.raises(NabError) as refused,
        sockets.only_one(tmp_path / "lock"),
    ):
        pass

    assert refused.value.exit_code == BUSY
    with sockets.only_one(tmp_path / "lock"):
        pass
