from dataclasses import replace
from datetime import timedelta

import pytest

from nab.core.facts import Poll, RoundSeen
from nab.core.health.alarms import alarms
from nab.core.outcomes import evidence, polling
from nab.core.outcomes.listings import listing
from nab.core.outcomes.outcomes import settles
from nab.core.overview.overview import standings
from nab.core.text import times
from nab.core.windows import rounds
from support.records.logs import CLOSES, NOON, ROUND, RUN, WHO, Log, enrolled, round_seen

HOUR = timedelta(hours=1)
ENDS = [None, NOON - HOUR, NOON, NOON + HOUR / 2, CLOSES, CLOSES + 23 * HOUR, CLOSES + 900 * HOUR]


def log_of(*ends):
    """A log that tells the round with each of these closeTimes, and an answer after its deadline."""
    log = Log()
    log.add(enrolled(), at=NOON - HOUR, entrant=WHO, run=RUN)
    for one in ends:
        log.add(round_seen(replace(ROUND, ends=one)), at=NOON - HOUR, round=ROUND.number)
    log.add(Poll(ok=True), at=settles(ROUND), entrant=WHO)
    return log


@pytest.mark.parametrize("ends", ENDS)
def test_a_close_time_decides_nothing(ends):
    with_it, without = log_of(ends), log_of(None)
    (told,) = rounds.seen(with_it.events).values()
    known = evidence.gather(with_it.events)

    assert told.ends == ends
    assert (told, hash(told)) == (ROUND, hash(ROUND))
    for minutes in (-90, -1, 0, 58, 59.5, 60, 70, 300, 1500, 60000):
        now = NOON + timedelta(minutes=minutes)
        assert rounds.window(told, now) is rounds.window(ROUND, now)
        assert rounds.is_closing(told, now) is rounds.is_closing(ROUND, now)
        assert polling.due(known, WHO, [told], now) == polling.due(known, WHO, [ROUND], now)
        assert listing(known, WHO, told, now, answered=True) is listing(known, WHO, ROUND, now, answered=True)
        assert standings(with_it.events, now).rows == standings(without.events, now).rows
        told_of = [alarms(log.events, now, live=True, firing=HOUR / 2) for log in (with_it, without)]
        assert told_of[0] == told_of[1]


def test_a_log_from_before_is_read_and_what_is_told_of_it_since_makes_no_second_round_or_row():
    log = Log()
    log.add(enrolled(), at=NOON - HOUR, entrant=WHO, run=RUN)
    old = RoundSeen(opens=times.text(NOON), closes_staking=times.text(CLOSES))
    log.add(old, at=NOON - HOUR, round=ROUND.number)
    assert rounds.seen(log.events)[ROUND.number].ends is None
    before = standings(log.events, NOON).rows
    log.add(round_seen(replace(ROUND, ends=CLOSES + HOUR)), round=ROUND.number)

    assert [one.ends for one in rounds.seen(log.events).values()] == [CLOSES + HOUR]
    assert standings(log.events, NOON).rows == before
