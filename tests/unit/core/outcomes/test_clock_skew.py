from datetime import timedelta

import pytest

from nab.core.facts import Tick
from nab.core.outcomes import clock_skew
from nab.core.outcomes.outcomes import Status
from nab.core.overview.overview import standings
from support.records.logs import NOON, ROUND, RUN, WHO, Log, enrolled, round_seen

HOURS = timedelta(hours=1)


def ticked(*skews):
    log = Log()
    log.add(enrolled(), at=NOON - 100 * HOURS, entrant=WHO, run=RUN)
    log.add(round_seen(), round=ROUND.number)
    for seconds in skews:
        log.add(Tick(window="open", decisions={}, skew_seconds=seconds))
    return log


@pytest.mark.parametrize(
    ("seconds", "counts"), [(None, 0), (0, 0), (59, 0), (-60, 0), (61, 61), (-7200, -7200), (86400, 86400)]
)
def test_a_clock_that_stands_wrong_by_more_than_a_minute_gives_way_to_numerais(seconds, counts):
    assert clock_skew.counted(seconds) == timedelta(seconds=counts)


def test_while_numerai_is_silent_what_it_said_last_of_our_clock_counts():
    assert clock_skew.offset(ticked(-7200.0, None).events) == -2 * HOURS
    assert clock_skew.offset(ticked(-7200.0, 1.0).events) == timedelta()
    assert clock_skew.offset([]) == timedelta()


def test_a_round_is_open_by_numerais_clock_and_not_by_ours():
    right, ahead = ticked(0.0), ticked(-7200.0)
    for log, at in ((right, NOON), (ahead, NOON + 2 * HOURS)):
        log.add(round_seen(), at=at, round=ROUND.number)

        assert standings(log.events).rows[0].outcome.status is Status.OPEN
