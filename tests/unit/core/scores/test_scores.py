from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.core.facts import RanksSeen, RegimeSeen, ScoreSeen
from nab.core.scores import scores
from nab.core.scores.metrics import METRICS
from support.records.logs import NOON, WHO, Log

DAY = timedelta(days=1)


def seen(metric="mmc", day=20, value=0.01, submission="s", *, resolved=False):
    return ScoreSeen(
        metric=metric, day=day, value=value, percentile=0.5, submission=submission, resolved=resolved
    )


def folded(*told, metric="v2_corr20"):
    """Return what a metric counts as after these words, each a day with its value: the day, the value, if final."""
    log = Log()
    for day, value in told:
        log.about(seen(metric, day, value))
    found = scores.newest(log.events)[WHO, 1269][metric]
    return found.day, found.value, found.final


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


@pytest.mark.parametrize(
    ("told", "counts"),
    [
        ([(19, 0.01), (20, 0.02), (25, -0.03)], (20, 0.02, True)),
        ([(20, 0.02), (21, None)], (20, 0.02, True)),
        ([(25, -0.03), (20, 0.02), (19, 0.01)], (20, 0.02, True)),
        ([(20, 0.02), (20, 0.02), (25, -0.03), (25, -0.03)], (20, 0.02, True)),
        ([(20, 0.02), (25, -0.03), (20, 0.04)], (20, 0.04, True)),
        ([(19, 0.01), (20, None)], (19, 0.01, False)),
        ([(20, None), (25, None), (20, 0.02)], (20, 0.02, True)),
        ([(20, 0.02), (20, None), (19, 0.01)], (19, 0.01, False)),
        ([(20, None), (21, 0.03), (22, 0.05)], (21, 0.03, True)),
        ([(19, 0.01), (25, -0.03)], (25, -0.03, True)),
        ([(25, -0.03), (23, 0.03), (20, 0.02)], (20, 0.02, True)),
        ([(18, 0.01), (19, None), (18, 0.03)], (18, 0.03, False)),
        ([(5, None), (3, None)], (5, None, False)),
    ],
)
def test_a_score_is_that_of_its_horizons_day_whatever_is_published_after_it(told, counts):
    assert folded(*told) == counts


@pytest.mark.parametrize(("metric", "horizon"), [(one.name, one.horizon) for one in METRICS])
def test_every_metric_counts_by_its_own_day(metric, horizon):
    told = [(day, day / 100) for day in range(1, 80)]

    assert folded(*told, metric=metric) == (horizon, horizon / 100, True)


def test_the_scores_of_two_submissions_of_a_round_are_never_mixed():
    log = Log()
    log.about(seen(day=20, value=0.1, submission="old"))
    log.about(seen(day=3, value=0.7, submission="new"))
    log.about(seen(day=20, value=0.2, submission="old"))
    words = scores.last_words(log.events)[WHO, 1269]

    assert scores.told(scores.counting(words, "old"))["mmc"].value == 0.2
    assert scores.told(scores.counting(words, "new"))["mmc"].day == 3
    assert scores.told(scores.counting(words, "never scored"))["mmc"].value == 0.2


DAYS = st.tuples(st.integers(17, 23), st.sampled_from([None, 0.1, 0.2]), st.sampled_from(["a", "b"]))


@given(st.lists(DAYS, min_size=1, max_size=12))
def test_the_values_that_decide_tell_the_same_as_all_of_them(told):
    log = Log()
    for day, value, submission in told:
        log.about(seen(day=day, value=value, submission=submission))
    whole = scores.last_words(log.events)[WHO, 1269]
    seqs = {one.seq for one in scores.deciding(whole, log.events[0].fact)} | {1, len(log.events)}
    left = scores.last_words(event for event in log.events if event.seq in seqs)[WHO, 1269]

    for submission in ("a", "b", "c"):
        assert scores.counting(left, submission) == scores.counting(whole, submission)


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
