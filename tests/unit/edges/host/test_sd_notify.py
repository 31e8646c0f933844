import socket

import pytest

from nab.edges.host import sd_notify


@pytest.fixture
def listener():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.settimeout(5)
        yield listening


def test_systemd_hears_that_we_are_ready_and_what_we_are_at(tmp_path, monkeypatch, listener):
    listener.bind(str(tmp_path / "notify"))
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))

    sd_notify.ready("launching codex-l4")
    sd_notify.alive("following\nWATCHDOG=trigger")

    assert listener.recv(100) == b"READY=1\nSTATUS=launching codex-l4"
    assert listener.recv(100) == b"WATCHDOG=1\nSTATUS=following WATCHDOG=trigger"


def test_what_systemd_shows_drives_no_terminal_and_can_be_sent(tmp_path, monkeypatch, listener):
    listener.bind(str(tmp_path / "notify"))
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))

    sd_notify.alive("waits: \x1b[2J\ud83d")

    assert listener.recv(100) == b"WATCHDOG=1\nSTATUS=waits: \\x1b[2J\\ud83d"


def test_a_socket_without_a_file_is_found_too(tmp_path, monkeypatch, listener):
    name = f"nab-test-{tmp_path}"
    listener.bind(f"\0{name}")
    monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")

    sd_notify.alive("x")

    assert listener.recv(100) == b"WATCHDOG=1\nSTATUS=x"


@pytest.mark.parametrize("address", ["", "/nowhere/notify"], ids=["no systemd", "nobody listens"])
def test_where_nobody_listens_nothing_happens(monkeypatch, address):
    monkeypatch.setenv("NOTIFY_SOCKET", address)

    sd_notify.ready("x")
