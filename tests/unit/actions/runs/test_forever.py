"""An entrant as a service: what it does while another process has the slot. The launch itself is played."""

import socket

import pytest

from nab.actions.runs import forever, launch
from nab.core.errors import BUSY, FAILED, NabError
from nab.core.text.names import Choice
from nab.edges import clock, process
from support.repository.benches import config_on

SETTINGS = """
[models]
kind = "scripted"
[[entrants]]
agent = "codex"
level = "{level}"
model = "m"
"""
TAKEN = NabError("the slot is held by another", exit_code=BUSY)
GONE = NabError("Numerai does not answer", exit_code=FAILED)


class Launches:
    """What launch.launch finds, one after the other."""

    def __init__(self, *found):
        self.found = list(found)
        self.waited = []

    def launch(self, config, choice):
        found = self.found.pop(0)
        if isinstance(found, NabError):
            raise found
        return f"{found} of {choice.agent} {choice.level}"


@pytest.fixture
def play(monkeypatch, tmp_path):
    def played(*found):
        launches = Launches(*found)
        monkeypatch.setattr(launch, "launch", launches.launch)
        monkeypatch.setattr(clock, "pause", launches.waited.append)
        return launches

    return played


@pytest.fixture
def config(tmp_path):
    return config_on(tmp_path, SETTINGS.format(level="L4"))


def test_it_waits_for_whoever_has_the_slot_and_says_so_once(config, play, capsys):
    launches = play(TAKEN, TAKEN, "a run")

    assert forever.keep(config, Choice("codex", "L4")) == "a run of codex L4"

    assert launches.waited == [forever.BUSY_SECONDS] * 2
    assert capsys.readouterr().out == "waiting: the slot is held by another\n"


def test_a_failure_is_left_to_whoever_starts_us_again(config, play):
    launches = play(TAKEN, GONE)

    with pytest.raises(NabError) as raised:
        forever.keep(config, Choice("codex", "L4"))

    assert raised.value is GONE
    assert launches.found == []


def test_it_is_ready_before_it_launches_and_shows_life_while_it_waits(config, play, monkeypatch, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        play(TAKEN, "a run")

        forever.keep(config, Choice("codex", "L4"))

        systemd.settimeout(5)
        assert systemd.recv(200) == b"READY=1\nSTATUS=launching codex-l4"
        assert systemd.recv(200) == b"WATCHDOG=1\nSTATUS=waiting: the slot is held by another"
    assert process.environment("NOTIFY_SOCKET")


def test_an_entrant_whose_runs_end_is_refused_before_anything_is_started(tmp_path, play):
    launches = play("a run")

    with pytest.raises(NabError, match="codex-l3 has an end") as raised:
        forever.keep(config_on(tmp_path, SETTINGS.format(level="L3")), Choice("codex", "L3"))

    assert "make run AGENT=codex LEVEL=L3" in raised.value.hint
    assert launches.found == ["a run"]
