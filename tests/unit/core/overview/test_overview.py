from datetime import timedelta

from nab.core.facts import ScoreSeen
from nab.core.overview.overview import standings
from nab.core.windows.rounds import Round
from support.records.logs import NOON, ROUND, RUN, WHO, Log, enrolled, round_seen


def score(metric, day, value):
    return ScoreSeen(metric=metric, day=day, value=value, percentile=0.5, submission="s", resolved=False)


def test_an_entrant_owes_nothing_for_rounds_that_opened_before_it_was_enrolled():
    log = Log()
    log.add(enrolled(), at=NOON + timedelta(minutes=1), entrant=WHO, run=RUN)
    log.add(round_seen(), round=1269)
    log.add(round_seen(Round(1270, NOON + timedelta(days=3), NOON + timedelta(days=3, hours=1))), round=1270)

    assert [(row.entrant, row.round.number) for row in standings(log.events).rows] == [(WHO, 1270)]


def test_a_score_is_final_at_its_horizon_whatever_the_resolved_flag_says():
    log = Log()
    log.add(enrolled(), at=NOON - timedelta(days=1), entrant=WHO, run=RUN)
    log.add(round_seen(), round=1269)
    for metric in ("v2_corr20", "mmc"):
        log.about(score(metric, 19, 0.01))
    assert not standings(log.events).rows[0].resolved

    for metric in ("v2_corr20", "mmc"):
        log.about(score(metric, 20, 0.02))
    log.about(score("mmc", 3, 0.5))

    row = standings(log.events).rows[0]
    assert row.resolved
    assert row.scores["mmc"].value == 0.02


def test_the_newest_word_on_a_rounds_times_holds():
    log = Log()
    log.add(round_seen(), round=1269)
    moved = Round(1269, ROUND.opens + timedelta(minutes=24), ROUND.closes)
    log.add(round_seen(moved), round=1269)

    assert standings(log.events).rounds[1269] == moved


def test_the_same_log_gives_the_same_standings():
    log = Log()
    log.add(enrolled(), at=NOON - timedelta(days=1), entrant=WHO, run=RUN)
    log.add(round_seen(), round=1269)

    assert standings(log.events) == standings(log.events)
