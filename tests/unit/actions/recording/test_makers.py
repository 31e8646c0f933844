"""The harness and the machine are on record where they changed, and only there."""

import pytest

from nab.actions.recording import makers
from nab.core.errors import NabError
from nab.core.facts import HarnessSeen, MachineSeen
from nab.edges.docker import engine
from nab.edges.git import checkouts
from support.repository.benches import bench_on


@pytest.fixture
def bench(tmp_path, monkeypatch):
    monkeypatch.setattr(checkouts, "commit", lambda _: ("1a2b", False))
    monkeypatch.setattr(engine, "version", lambda: "25.0.5")
    return bench_on(tmp_path)


def silent():
    raise NabError("the engine does not answer")


def told(bench):
    return [event.fact for event in bench.log.events()]


def test_the_first_look_tells_both_and_the_next_one_neither(bench):
    makers.note(bench)
    makers.note(bench)

    harness, machine = told(bench)
    assert isinstance(harness, HarnessSeen) and (harness.commit, harness.dirty) == ("1a2b", False)
    assert len(harness.lock_sha256) == 64 and harness.python.startswith("3.")
    assert isinstance(machine, MachineSeen) and machine.engine == "25.0.5" and machine.cores > 0


def test_what_changed_alone_is_told_again(bench, monkeypatch):
    makers.note(bench)
    monkeypatch.setattr(checkouts, "commit", lambda _: ("1a2b", True))
    makers.note(bench)

    assert [type(fact) for fact in told(bench)] == [HarnessSeen, MachineSeen, HarnessSeen]


def test_neither_a_silent_engine_nor_a_git_that_fails_is_a_change(bench, monkeypatch):
    makers.note(bench)
    monkeypatch.setattr(checkouts, "commit", lambda _: None)
    monkeypatch.setattr(engine, "version", silent)
    makers.note(bench)

    assert len(told(bench)) == 2


def test_an_installation_without_a_checkout_says_its_version_and_no_commit(bench, monkeypatch, tmp_path):
    monkeypatch.setattr(checkouts, "commit", lambda _: ("", False))
    monkeypatch.setattr(makers, "LOCK", "no.lock")
    makers.note(bench)

    harness = told(bench)[0]
    assert harness.version and (harness.commit, harness.lock_sha256) == ("", "")
