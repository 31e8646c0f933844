from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.core.facts import Place, RoundRanked, ScoreSeen
from nab.core.overview import ranks
from nab.core.overview.overview import standings
from nab.core.scores import scores
from nab.core.text import times
from support.records.logs import CLOSES, NOON, ROUND, RUN, WHO, Log, enrolled, round_seen

DAY = timedelta(days=1)


def seen(metric, day=20, value=0.01):
    return ScoreSeen(metric=metric, day=day, value=value, percentile=0.5, submission="s", resolved=False)


def log_of(*facts, numbers=(ROUND.number,)):
    """A log of an entrant that was enrolled before these rounds, with these facts about each of them."""
    log = Log()
    log.add(enrolled(), at=NOON - DAY, entrant=WHO, run=RUN)
    for number in numbers:
        log.add(round_seen(replace(ROUND, number=number)), round=number)
        for fact in facts:
            log.about(fact, number=number)
    return log


def owed(log):
    return list(ranks.owed(standings(log.events).rows, ranks.kept(log.events)))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"a": 0.3, "b": 0.2, "c": 0.1}, [1, 2, 3]),
        ({"a": 0.3, "b": 0.3, "c": 0.1}, [1, 1, 3]),
        ({"a": 0.3, "b": 0.1, "c": 0.1, "d": 0.0}, [1, 2, 2, 4]),
        ({"a": 0.0, "b": 0.0}, [1, 1]),
        ({"a": -0.5}, [1]),
    ],
)
def test_a_rank_is_by_how_many_are_ahead_and_those_who_tie_share_the_best(values, expected):
    found = [ranks.ranked(model, {"mmc": values}).places["mmc"] for model in values]

    assert found == [Place(rank=rank, of=len(values)) for rank in expected]


@given(st.dictionaries(st.text(min_size=1), st.sampled_from([-0.1, 0.0, 0.1, 0.2]), min_size=1))
def test_ranks_are_between_one_and_all_and_the_best_is_first(values):
    found = {model: ranks.ranked(model, {"mmc": values}).places["mmc"].rank for model in values}

    assert min(found.values()) == 1
    assert max(found.values()) <= len(values)
    assert all((values[a] > values[b]) == (found[a] < found[b]) for a in values for b in values)


def test_a_metric_in_which_a_model_has_no_score_is_left_out():
    told = {"mmc": {"a": 0.1, "b": 0.2}, "v2_corr20": {"b": 0.2}}

    assert ranks.ranked("a", told) == RoundRanked(places={"mmc": Place(rank=2, of=2)})
    assert ranks.ranked("nobody", told) == RoundRanked(places={})


def test_a_rank_is_owed_from_the_last_day_on_until_it_is_kept():
    assert owed(log_of(seen("mmc", 19), seen("v2_corr20", 19))) == []
    assert owed(log_of(seen("mmc"), seen("v2_corr20", 19))) == []
    log = log_of(seen("mmc"), seen("v2_corr20"))
    assert owed(log) == [ROUND.number]
    log.about(RoundRanked(places={}))

    assert owed(log) == []


def test_the_newest_rounds_are_owed_first():
    assert owed(log_of(seen("mmc"), seen("v2_corr20"), numbers=(1270, 1269, 1272))) == [1272, 1270, 1269]


@pytest.mark.parametrize(
    ("mmc", "corr", "final"),
    [(0.01, 0.02, True), (0.010000001, 0.02, True), (0.011, 0.02, False), (0.01, None, False)],
)
def test_an_answer_with_other_scores_of_ours_than_the_final_ones_is_not_final(mmc, corr, final):
    ours = {
        "mmc": scores.Score("mmc", 20, 0.01, 0.5),
        "v2_corr20": scores.Score("v2_corr20", 20, 0.02, 0.5),
    }
    told = {"mmc": {"a": mmc}, "v2_corr20": {} if corr is None else {"a": corr}}

    assert ranks.is_final("a", told, ours) is final


def test_an_answer_counts_as_it_is_a_day_after_the_final_scores_were_learned():
    log = log_of(seen("mmc"), seen("v2_corr20"))
    log.about(seen("mmc60", 40), at=NOON + 9 * DAY)
    log.about(seen("mmc", 25, -0.5), at=NOON + 9 * DAY)
    (archive,) = scores.archive(log.events).values()

    assert not ranks.is_overdue(archive, NOON + DAY - timedelta(seconds=1))
    assert ranks.is_overdue(archive, NOON + DAY)


def test_no_place_is_owed_in_a_round_that_was_over_before_a_run_of_ours_or_has_no_times():
    log = log_of(seen("mmc"), seen("v2_corr20"))
    for metric in ("mmc", "v2_corr20"):
        log.about(seen(metric), number=1200)
    rows = standings(log.events).rows

    assert len(rows) == 2
    assert list(ranks.owed(rows, {}, times.text(CLOSES))) == [ROUND.number]
    assert list(ranks.owed(rows, {}, times.text(CLOSES + DAY))) == []


def test_ranks_are_told_in_a_line():
    told = {"v2_corr20": Place(rank=40, of=5432), "mmc": Place(rank=12, of=5431)}

    assert ranks.words(told) == (
        "rank among all models of the round: MMC20 12 of 5431, CORR20 40 of 5432 (ties share the best rank)"
    )
    assert ranks.words({}) == ""
