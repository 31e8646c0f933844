from datetime import UTC, datetime, timedelta

import pytest

from nab.core.errors import NabError
from nab.tournament.rounds.pace import Pace, keep_schedule
from nab.tournament.store import Store

NOW = datetime(2026, 11, 23, 12, 0, 0, 250_000, tzinfo=UTC)
LATER = NOW + timedelta(seconds=100)


@pytest.fixture
def store():
    return Store.in_memory()


def test_a_new_tournament_begins_with_its_first_round_at_a_whole_second(store):
    schedule = keep_schedule(store, Pace(), NOW)

    assert schedule.newest(NOW) == 1401
    assert schedule.times(1401).opens == NOW.replace(microsecond=0)


def test_a_restart_at_the_same_pace_goes_on_counting(store):
    first = keep_schedule(store, Pace(), NOW)

    assert keep_schedule(store, Pace(), LATER) == first


def test_a_restart_at_another_pace_begins_a_round_that_was_never_there(store):
    first = keep_schedule(store, Pace(), NOW)
    second = keep_schedule(store, Pace(scoring_day=1), LATER)

    assert second.newest(LATER) == first.newest(LATER) + 1
    assert second.times(1402).opens == first.times(1402).opens
    assert second.times(1403).closes == second.times(1404).opens


@pytest.mark.parametrize("pace", [Pace(window=41), Pace(scoring_day=0), Pace(first_score_lag=0)])
def test_a_pace_that_cannot_be_kept_is_refused(store, pace):
    with pytest.raises(NabError):
        keep_schedule(store, pace, NOW)
