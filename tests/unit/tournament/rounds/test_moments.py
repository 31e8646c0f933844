"""What happens to rounds, in order and in words."""

from datetime import UTC, datetime, timedelta

import pytest

from nab.tournament.rounds import moments
from nab.tournament.rounds.moments import Moment, Until
from nab.tournament.rounds.schedule import FastSchedule

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
SCHEDULE = FastSchedule(START, timedelta(seconds=40), timedelta(seconds=34), timedelta(seconds=5))


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_between_two_instants_stands_what_happens_in_the_order_of_time():
    found = moments.between(SCHEDULE, range(1401, 1403), after(10), after(60))

    assert [(one.round, one.what, one.day, one.due) for one in found] == [
        (1401, Until.CLOSED, 0, after(34)),
        (1402, Until.OPEN, 0, after(40)),
        (1401, Until.SCORED, 1, after(54)),
        (1401, Until.SCORED, 2, after(59)),
    ]


@pytest.mark.parametrize(
    ("until", "seconds"),
    [
        (None, 34),
        (Until.OPEN, 40),
        (Until.CLOSED, 34),
        (Until.SCORED, 54),
        (Until.RESOLVED, 34 + 63 * 5),
    ],
)
def test_the_next_of_each_kind_is_found_from_an_open_window(until, seconds):
    assert moments.following(SCHEDULE, range(1401, 1403), after(10), until) == after(seconds)


@pytest.mark.parametrize(("until", "seconds"), [(None, 40), (Until.CLOSED, 74), (Until.OPEN, 40)])
def test_the_next_of_each_kind_is_found_from_a_closed_one(until, seconds):
    assert moments.following(SCHEDULE, range(1401, 1403), after(35), until) == after(seconds)


def test_the_next_event_may_be_a_day_of_scores():
    assert moments.following(SCHEDULE, range(1401, 1403), after(41), None) == after(54)


def test_after_the_last_day_of_scores_a_round_has_nothing_to_come():
    late = SCHEDULE.scored_at(1401, 60)

    assert moments.following(SCHEDULE, range(1401, 1402), late - timedelta(seconds=1), None) == late
    with pytest.raises(ValueError, match="empty"):
        moments.following(SCHEDULE, range(1401, 1402), late, None)


def test_it_is_told_when_something_was_to_come_and_scores_in_one_line_a_round():
    passed = [
        Moment(after(20), 1401, Until.CLOSED),
        Moment(after(40), 1402, Until.OPEN),
        *(Moment(after(50 + day), 1401, Until.SCORED, day) for day in range(16, 19)),
        Moment(after(80), 1400, Until.SCORED, 21),
    ]

    assert moments.described(passed, after(21)) == [
        "round 1401 closed at 2026-11-23T12:00:20.000Z",
        "round 1402 opened at 2026-11-23T12:00:21.000Z; it was to open at 2026-11-23T12:00:40.000Z",
        "round 1401: scoring days 16 to 18 of 20",
        "round 1400: scoring day 21 of 60",
    ]
