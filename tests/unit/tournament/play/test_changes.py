"""Closes and openings that whoever runs the tournament brings forward, and what a restart makes of them."""

from datetime import UTC, datetime, timedelta

import pytest

from nab.edges import clock
from nab.tournament.market.live_files import LiveFiles
from nab.tournament.market.market import SIZES, Market
from nab.tournament.play import changes, furnish
from nab.tournament.play.options import Options
from nab.tournament.rounds.pace import Pace
from nab.tournament.store import Store

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = Pace(rounds_every=3600, window=3000, scoring_day=1)
SECOND = timedelta(seconds=1)


class Hands:
    """A clock that stands where it is put."""

    def __init__(self, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: self.at)
        self.at = START

    def put(self, **later):
        self.at = START + timedelta(**later)


@pytest.fixture
def hands(monkeypatch):
    return Hands(monkeypatch)


def begun(folder, store, pace=HOUR):
    files = LiveFiles(folder / "live", Market(1, SIZES["tiny"]))
    return furnish.continued(
        Options(root=folder, port=0, pace=pace, size="tiny", seed=1, models=("ours",)), store, files, print
    )


def test_a_close_is_brought_forward_and_then_the_opening_after_it_with_the_files_of_its_round(
    tmp_path, hands
):
    tournament = begun(tmp_path, Store.in_memory())
    hands.put(seconds=20.4)

    assert changes.bring_forward(tournament) == (1401, False, START + 21 * SECOND)
    hands.put(seconds=23.5)
    assert changes.bring_forward(tournament) == (1402, True, START + 24 * SECOND)

    assert tournament.schedule.times(1401).closes_on_time == START + 21 * SECOND
    assert (
        tournament.schedule.times(1402).opens == tournament.schedule.times(1401).closes == START + 24 * SECOND
    )
    assert tournament.schedule.times(1402).closes_on_time == START + 3024 * SECOND
    assert [path.name for path in (tmp_path / "live").iterdir()] == ["1402"]


def test_what_comes_within_a_second_comes_when_it_was_to(tmp_path, hands):
    tournament = begun(tmp_path, Store.in_memory())
    hands.put(seconds=2999.5)

    assert changes.bring_forward(tournament) == (1401, False, START + 3000 * SECOND)
    assert tournament.early == []


def test_a_restart_keeps_what_came_early_at_another_pace_too(tmp_path, hands):
    store = Store.in_memory()
    for seconds in (20, 22, 42, 44):  # two closes and two openings: round 1403 opens
        hands.put(seconds=seconds)
        changes.bring_forward(before := begun(tmp_path, store))
    hands.put(seconds=50)
    same, other = begun(tmp_path, store), begun(tmp_path, store, Pace(rounds_every=40, window=30))

    assert same.schedule.newest(clock.now()) == before.schedule.newest(clock.now()) == 1403
    assert [same.schedule.times(number) for number in (1401, 1402, 1404)] == [
        before.schedule.times(number) for number in (1401, 1402, 1404)
    ]
    assert other.schedule.times(1402) == before.schedule.times(1402)
    assert other.schedule.times(1404).opens == clock.now()
