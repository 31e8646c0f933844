import json
import socket
import threading

import pytest

from nab.core.errors import NabError
from nab.edges.docker import engine


@pytest.fixture
def fake_engine(tmp_path, monkeypatch):
    """An engine that answers every request with what the test says, and remembers what it was asked."""
    path = tmp_path / "docker.sock"
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    answers = {"status": "200 OK", "body": b"OK", "asked": []}

    def serve():
        while True:
            try:
                visitor, _ = listener.accept()
            except OSError:
                return
            with visitor:
                asked = visitor.recv(65536)
                if not asked:
                    continue
                answers["asked"].append(asked.split(b"\r\n")[0].decode())
                head = f"HTTP/1.1 {answers['status']}\r\nContent-Length: {len(answers['body'])}\r\n\r\n"
                visitor.sendall(head.encode() + answers["body"])

    threading.Thread(target=serve, daemon=True).start()
    yield answers
    listener.close()


def test_an_engine_that_answers_is_seen(fake_engine):
    assert engine.ping()
    assert fake_engine["asked"] == ["GET /_ping HTTP/1.1"]


def test_the_running_boxes_are_asked_for_by_label(fake_engine):
    fake_engine["body"] = json.dumps([{"Id": "abc"}]).encode()

    assert engine.running_boxes("nab.run=x") == [{"Id": "abc"}]
    assert "%22nab.run%3Dx%22" in fake_engine["asked"][-1]


def test_an_engine_that_refuses_is_no_empty_list(fake_engine):
    fake_engine["status"] = "500 Internal Server Error"

    assert not engine.ping()
    with pytest.raises(NabError, match="does not answer"):
        engine.running_boxes("nab.run")


def test_no_engine_is_one_sentence_and_a_remedy(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")

    assert not engine.ping()
    with pytest.raises(NabError, match="no Docker engine is running") as raised:
        engine.connect()

    assert "systemctl start docker" in raised.value.hint


def test_a_socket_that_is_not_ours_to_use_names_the_group(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")
    monkeypatch.setattr(socket.socket, "connect", refuse)

    with pytest.raises(NabError, match="permission denied") as raised:
        engine.connect()

    assert "usermod -aG docker" in raised.value.hint
    assert "log in again" in raised.value.hint


@pytest.mark.parametrize("spoken", ["1.40", "1.24"])
def test_an_engine_that_is_too_old_is_refused(spoken):
    with pytest.raises(NabError, match=r"at least 1\.41"):
        engine.refuse_old(spoken)


@pytest.mark.parametrize("spoken", ["1.41", "1.50", "2.0"])
def test_a_newer_engine_is_welcome(spoken):
    engine.refuse_old(spoken)


def test_an_engine_that_is_busy_is_not_to_be_started(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")
    monkeypatch.setattr(engine, "QUICK_SECONDS", 0.1)
    with socket.socket(socket.AF_UNIX) as busy:
        busy.bind(str(tmp_path / "docker.sock"))
        busy.listen()

        with pytest.raises(engine.EngineSlow, match=r"has not answered for 0\.1 s") as raised:
            engine.version()

    assert "start it" not in raised.value.hint
