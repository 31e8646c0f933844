import pytest

from nab.edges import clock
from nab.edges.clock import Patience


@pytest.fixture
def at(monkeypatch):
    """The clock, as the test sets it."""
    now = [100.0]
    monkeypatch.setattr(clock, "monotonic", lambda: now[0])
    return now


def test_patience_is_lost_when_nothing_has_moved_for_so_long(at):
    patience = Patience(60)
    at[0] += 59

    assert not patience.lost
    at[0] += 1
    assert patience.lost


def test_whoever_moves_is_waited_for_however_slow(at):
    moved = [0]
    patience = Patience(60, lambda: moved[0])
    for moved[0] in range(20):
        at[0] += 59
        assert not patience.lost
    at[0] += 60

    assert patience.lost


def test_whoever_moves_without_an_end_is_not_waited_for_for_ever(at):
    patience = Patience(60, lambda: at[0], at_most=600)
    at[0] += 599

    assert not patience.lost
    at[0] += 1
    assert patience.lost
