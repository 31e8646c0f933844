from datetime import date

from nab.results.statistics.power import verdict_date
from nab.results.verdicts import dates
from nab.results.verdicts.registration import Registration

START = date(2026, 6, 2)
PAIRS = tuple((a, b) for a, b in ("ab", "ac", "ad", "bc", "bd", "cd"))
SEASON = Registration(first=1, last=260, pairs=PAIRS)


def test_a_gap_that_no_season_can_show_has_no_date():
    small, middle, large = dates.enough(SEASON, START, sd=0.007)

    assert (small.by, middle.by) == (None, None)
    assert large.rounds <= 260
    assert large.by == verdict_date(START, large.rounds)
    assert dates.enough(SEASON, START, sd=0.007, miss=0.6)[2].by is None


def test_the_next_look_has_a_date_and_after_the_last_there_is_none():
    assert dates.next_look(SEASON, START, seen=60) == (120, verdict_date(START, 120))
    assert dates.next_look(SEASON, START, seen=250) is None
