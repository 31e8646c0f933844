from datetime import timedelta

import pytest

from nab.core.facts import RanksSeen, RegimeSeen, ScoreSeen
from nab.core.scores import scores
from nab.core.scores.metrics import METRICS
from support.records.logs import NOON, WHO, Log

DAY = timedelta(days=1)


def seen(metric="mmc", day=20, value=0.01, *, resolved=False):
    return ScoreSeen(metric=metric, day=day, value=value, percentile=0.5, submission="s", resolved=resolved)


@pytest.mark.parametrize(("metric", "horizon"), [(one.name, one.horizon) for one in METRICS])
def test_a_value_is_final_from_its_horizon_on_and_by_no_flag(metric, horizon):
    log = Log()
    log.about(seen(metric, horizon - 1, resolved=True))
    assert not scores.newest(log.events)[WHO, 1269][metric].final
    log.about(seen(metric, horizon, resolved=False))

    assert scores.newest(log.events)[WHO, 1269][metric].final


def test_every_value_of_every_day_is_kept_with_when_it_was_for_and_when_we_learned_it():
    log = Log()
    log.add(seen(day=3, value=0.1), at=NOON + 3 * DAY, valid=NOON + 2 * DAY, entrant=WHO, round=1269)
    log.add(seen(day=4, value=0.2), at=NOON + 4 * DAY, entrant=WHO, round=1269)
    log.add(seen(day=3, value=0.3), at=NOON + 5 * DAY, valid=NOON + 2 * DAY, entrant=WHO, round=1269)

    archive = scores.archive(log.events)[WHO, 1269]

    assert [one.score.value for one in archive.days["mmc", 3]] == [0.1, 0.3]
    assert [one.known for one in archive.days["mmc", 3]] == [log.events[0].known, log.events[2].known]
    assert archive.days["mmc", 3][0].valid < archive.days["mmc", 3][0].known
    assert set(archive.revised()) == {("mmc", 3)}
    assert scores.newest(log.events)[WHO, 1269]["mmc"].value == 0.2


def test_a_revised_day_counts_as_it_was_revised():
    log = Log()
    log.about(seen(value=0.1))
    log.about(seen(value=0.4))

    assert scores.newest(log.events)[WHO, 1269]["mmc"].value == 0.4


def test_a_horizon_without_a_value_is_no_last_word():
    log = Log()
    log.about(seen(value=None))

    assert not scores.newest(log.events)[WHO, 1269]["mmc"].final


def test_what_a_round_pays_and_ranks_are_as_they_were_told_last():
    log = Log()
    for multiplier in (2.25, 15.0):
        log.add(RegimeSeen(target="t", multipliers={"mmc60": multiplier}), round=1343)
        log.add(RanksSeen(ranks={"mmc": int(multiplier)}, means={}), entrant=WHO)

    assert scores.regimes(log.events)[1343].multipliers == {"mmc60": 15.0}
    assert scores.ranks(log.events)[WHO].ranks == {"mmc": 15}
