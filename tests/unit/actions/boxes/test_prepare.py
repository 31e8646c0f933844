import pytest

from nab.actions.boxes import prepare
from nab.config import load
from nab.core.errors import NabError
from nab.edges import process
from nab.edges.docker import engine, engine_host
from nab.edges.host import packages


@pytest.fixture
def config(tmp_path):
    (tmp_path / "nab.toml").touch()
    return load(tmp_path / "nab.toml", tmp_path / "state")


@pytest.fixture
def machine(monkeypatch):
    """A machine that has everything; `asked` is what was to be installed or started."""
    asked = []
    monkeypatch.setattr(process, "found", lambda _program: True)
    monkeypatch.setattr(engine, "ping", lambda: True)
    monkeypatch.setattr(packages, "need", lambda program, packages: asked.append(f"install {program}"))
    monkeypatch.setattr(engine_host, "ensure_installed", lambda: asked.append("install engine"))
    monkeypatch.setattr(engine_host, "ensure_running", lambda _log, _step: asked.append("start engine"))
    return asked


def test_a_machine_that_is_ready_is_left_alone_in_silence(config, machine, capsys):
    prepare.prepare_host(config)

    assert machine == []
    assert capsys.readouterr() == ("", "")


def test_only_what_is_missing_is_installed(config, machine, monkeypatch):
    monkeypatch.setattr(process, "found", lambda program: program != "git")

    prepare.prepare_host(config)

    assert machine == ["install git"]


def test_without_an_engine_one_is_installed_and_started(config, machine, monkeypatch, capsys):
    monkeypatch.setattr(engine, "ping", lambda: False)

    prepare.prepare_host(config)

    assert machine == ["install engine", "start engine"]
    assert "starting the Docker engine" in capsys.readouterr().err


def test_what_cannot_be_done_ends_the_preparation(config, machine, monkeypatch):
    def refuse(_log, _step):
        raise NabError("no Docker engine is running, and we may not start one", hint=engine.START)

    monkeypatch.setattr(engine, "ping", lambda: False)
    monkeypatch.setattr(engine_host, "ensure_running", refuse)

    with pytest.raises(NabError, match="may not start"):
        prepare.prepare_host(config)
