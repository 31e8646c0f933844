"""Closes and openings that whoever runs the tournament brings forward, and what a restart makes of them."""

from datetime import UTC, datetime, timedelta

import pytest

from nab.core.errors import NabError
from nab.core.text import times
from nab.edges import clock
from nab.tournament.market.live_files import LiveFiles
from nab.tournament.market.market import SIZES, Market
from nab.tournament.play import changes, furnish
from nab.tournament.play.options import Options
from nab.tournament.rounds.moments import Until
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


def told(passed):
    return [(one.round, one.what, one.day, one.due) for one in passed]


def test_a_close_comes_within_a_second_with_nothing_else_moved_before_it(tmp_path, hands):
    tournament = begun(tmp_path, Store.in_memory())
    hands.put(seconds=20.4)
    done = changes.advance(tournament, Until.CLOSED)

    assert (done.at, told(done.passed)) == (
        START + 21 * SECOND,
        [(1401, Until.CLOSED, 0, START + 3000 * SECOND)],
    )
    window = tournament.schedule.times(1401)
    assert (window.opens, window.closes_on_time, window.closes) == (
        START, START + 21 * SECOND, START + 621 * SECOND
    )  # fmt: skip
    assert tournament.schedule.newest(START + 620 * SECOND) == 1401
    assert tournament.schedule.newest(START + 621 * SECOND) == 1402


def test_the_next_opening_brings_the_close_before_it_and_has_the_files_of_its_round(tmp_path, hands):
    tournament = begun(tmp_path, Store.in_memory())
    hands.put(seconds=20)
    done = changes.advance(tournament, Until.OPEN)

    assert [(number, what) for number, what, _, _ in told(done.passed) if what is not Until.SCORED] == [
        (1401, Until.CLOSED),
        (1402, Until.OPEN),
    ]
    assert done.at == START + 20 * SECOND
    assert tournament.schedule.times(1402).opens == tournament.schedule.times(1401).closes_on_time == done.at
    assert [path.name for path in (tmp_path / "live").iterdir()] == ["1402"]


def test_what_comes_by_itself_within_the_second_is_told_and_moves_nothing(tmp_path, hands):
    tournament = begun(tmp_path, Store.in_memory())
    hands.put(seconds=2999.5)
    done = changes.advance(tournament, None)

    assert (done.at, tournament.jumps.made) == (START + 3000 * SECOND, [])
    assert told(done.passed) == [(1401, Until.CLOSED, 0, START + 3000 * SECOND)]


def test_a_restart_keeps_every_advance_and_what_was_brought_forward_between_them(tmp_path, hands):
    store = Store.in_memory()
    hands.put(seconds=20)
    changes.advance(begun(tmp_path, store), Until.OPEN)
    hands.put(seconds=30)
    changes.bring_forward(begun(tmp_path, store))
    hands.put(seconds=40)
    changes.advance(before := begun(tmp_path, store), timedelta(seconds=700))
    hands.put(seconds=50)
    again = begun(tmp_path, store)

    assert before.schedule.times(1402).closes_on_time == START + 31 * SECOND
    assert again.schedule.newest(clock.now()) == before.schedule.newest(clock.now()) == 1403
    assert [again.schedule.times(number) for number in (1401, 1402, 1403, 1404)] == [
        before.schedule.times(number) for number in (1401, 1402, 1403, 1404)
    ]
    assert again.schedule.scored_at(1402, 60) == before.schedule.scored_at(1402, 60)


def test_a_tournament_that_was_brought_here_stood_still_and_its_clock_is_this_machines(tmp_path, hands):
    store = Store.in_memory()
    begun(tmp_path, store)
    store.keep("resumes_at", times.text(START + 100 * SECOND))
    hands.put(days=9)
    brought = begun(tmp_path, store)

    assert brought.clock.now() == clock.now()
    assert brought.schedule.newest(clock.now()) == 1401
    assert brought.schedule.times(1401).opens == START
    assert brought.schedule.times(1401).closes_on_time == clock.now() + 2900 * SECOND
    assert store.setting("resumes_at") is None


def test_one_that_was_exported_by_a_clock_ahead_of_ours_keeps_that_clock(tmp_path, hands):
    store = Store.in_memory()
    begun(tmp_path, store)
    store.keep("resumes_at", times.text(START + 100 * SECOND))
    hands.put(seconds=40)

    assert begun(tmp_path, store).clock.now() == START + 100 * SECOND
    hands.put(seconds=41)
    assert begun(tmp_path, store).clock.now() == START + 101 * SECOND


def test_a_state_of_earlier_days_whose_clock_is_ahead_goes_on_with_it(tmp_path, hands):
    store = Store.in_memory()
    begun(tmp_path, store)
    store.keep("ahead", 5000.0)

    assert begun(tmp_path, store).schedule.newest(begun(tmp_path, store).clock.now()) == 1402


def test_a_newcomer_gets_a_model_while_the_tournament_runs_and_keeps_it(tmp_path, hands):
    store = Store.in_memory()
    tournament = begun(tmp_path, store)

    model = changes.give_model(tournament, "nab_pi_l3")

    assert changes.give_model(tournament, "nab_pi_l3") == model
    assert [one.name for one in tournament.account.models].count("nab_pi_l3") == 1
    assert model in begun(tmp_path, store).account.models


@pytest.mark.parametrize("name", ["", "Nab", "a b", "x" * 41, "another's"])
def test_what_is_no_name_for_a_model_or_is_anothers_is_refused(tmp_path, hands, name):
    tournament = begun(tmp_path, Store.in_memory())
    others = set(tournament.model_names.values()) - {one.name for one in tournament.account.models}

    with pytest.raises(NabError, match="another participant's" if "'" in name else "cannot be called"):
        changes.give_model(tournament, min(others) if "'" in name else name)
