"""The check of a box's clients tells who is slow from who is stuck."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[4] / "images" / "base" / "check_clients"


@pytest.fixture
def check(monkeypatch):
    """The program, whose every look at a client takes no time."""
    monkeypatch.syspath_prepend(str(FOLDER))
    spec = importlib.util.spec_from_file_location("check_clients", FOLDER / "__main__.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "SECONDS", 0)
    yield module
    sys.modules.pop("clients", None)


def computing(check, monkeypatch, a_look, looks):
    """Have clients that compute so many seconds between two looks, so many times."""
    computed = iter([a_look * min(number, looks) for number in range(1000)])
    monkeypatch.setattr(check, "cpu_seconds", lambda _: next(computed))


def test_a_client_that_gets_little_of_the_machine_is_waited_for(check, monkeypatch):
    computing(check, monkeypatch, 0.15, looks=900)
    monkeypatch.setattr(check, "SECONDS", 0.01)

    assert check.run(("sh", "-c", "sleep 0.3; echo done"), {"PATH": "/usr/bin:/bin"}) == (0, "done\n")


def test_a_client_that_does_nothing_is_given_up(check, monkeypatch):
    computing(check, monkeypatch, 0.15, looks=3)
    started = []
    popen = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda *words, **how: started.append(popen(*words, **how)) or started[-1]
    )

    code, said = check.run(("sleep", "600"), {"PATH": "/usr/bin:/bin"})

    assert (code, said) == (124, "no end, and nothing done for 0 s")
    assert started[0].wait(10) < 0
