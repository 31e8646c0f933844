from datetime import timedelta

import pytest

from nab.core.facts import Poll, UploadSeen
from nab.core.outcomes import polling
from nab.core.outcomes.evidence import gather
from nab.core.outcomes.polling import DAILY, HOURLY, LONGEST_RETRY, WINDOW_EVERY
from nab.core.windows.rounds import Round
from support.records.logs import CLOSES, NOON, ROUND, WHO, Log

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
QUICK = Round(1, NOON, NOON + timedelta(seconds=12))


def asked(*answers, every=MINUTE, last=CLOSES):
    """A log of looks, the newest at `last`."""
    log = Log()
    for number, ok in enumerate(answers):
        log.add(Poll(ok=ok), at=last - (len(answers) - 1 - number) * every, entrant=WHO)
    return log


def is_due(log, at, rounds=(ROUND,)):
    return polling.due(gather(log.events), WHO, rounds, at).now


@pytest.mark.parametrize(
    ("at", "every"),
    [
        (NOON - timedelta(minutes=9), WINDOW_EVERY),
        (NOON + MINUTE, WINDOW_EVERY),
        (CLOSES + timedelta(minutes=119), WINDOW_EVERY),
        (CLOSES + timedelta(hours=3), HOURLY),
        (CLOSES + 90 * DAY, HOURLY),
        (CLOSES + 400 * DAY, DAILY),
    ],
)
def test_the_pace_falls_and_never_ends(at, every):
    assert polling.pace([ROUND], at).every == every


def test_where_rounds_take_seconds_the_pace_is_theirs():
    assert polling.pace([QUICK], NOON).every == timedelta(seconds=1)


@pytest.mark.parametrize("fruitless", [1, 24, 100, 2000])
def test_no_number_of_fruitless_looks_is_the_last(fruitless):
    answered, silent = asked(*[True] * fruitless), asked(*[False] * fruitless)

    for log in (answered, silent):
        assert is_due(log, CLOSES + timedelta(hours=1))
        assert is_due(log, CLOSES + 1000 * DAY)


def test_silence_slows_the_looks_to_one_an_hour_and_no_further():
    assert [polling.retry(failures) for failures in (1, 2, 3, 4, 5, 1000)] == [
        timedelta(minutes=minutes) for minutes in (5, 10, 20, 40, 60, 60)
    ]
    assert polling.retry(10_000) == LONGEST_RETRY


def test_an_outage_in_a_window_does_not_slow_the_looks_of_the_window():
    log = asked(True, *[False] * 10, last=NOON + 30 * MINUTE)

    assert not is_due(log, NOON + 34 * MINUTE)
    assert is_due(log, NOON + 35 * MINUTE)


def test_an_upload_is_looked_for_at_once():
    log = asked(True, last=CLOSES + timedelta(hours=5))
    at = CLOSES + timedelta(hours=5, seconds=1)
    assert not is_due(log, at)
    log.about(UploadSeen(submission="s1"), at=at)

    assert is_due(log, at)


def test_a_look_in_the_future_of_a_clock_that_was_wrong_keeps_nobody_from_looking():
    log = asked(True, last=CLOSES + 20 * DAY)

    assert is_due(log, CLOSES)


def test_nobody_who_was_never_asked_for_waits():
    assert is_due(Log(), NOON)
