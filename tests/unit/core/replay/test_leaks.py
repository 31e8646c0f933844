"""Four planted peekers, each caught in its way and in no other; and an honest run, caught in none."""

import random

import pytest

from nab.core.replay import leaks
from nab.core.replay.cut import Cut
from nab.core.replay.leaks import EraScore, Served, Table, Way

TRAIN, VALIDATION = "1" * 64, "2" * 64
CUT = Cut(
    first=101,
    last=250,
    files={"v5.3/train.parquet": TRAIN, "v5.3/validation.parquet": VALIDATION},
    sealed=dict.fromkeys(range(101, 251), "3" * 64),
    truth="4" * 64,
)
HONEST = Table("data/mine.parquet", "9" * 64, newest=100, newest_known={20: 95, 60: 87})


def found(*, served=(), tables=(), scores=()):
    return leaks.ways(
        [*leaks.of_served(CUT, served), *leaks.of_tables(CUT, tables), *leaks.of_scores(scores)]
    )


def scored(mean, ids=2000, seed=1):
    chance = random.Random(seed)
    return [EraScore(era, chance.gauss(mean, 0.02), ids) for era in CUT.eras]


def test_an_honest_run_is_caught_in_no_way():
    served = [
        Served("v5.3/train.parquet", TRAIN),
        Served("v5.3/validation.parquet"),
        Served("v5.3/live.parquet", "8" * 64),
    ]

    assert found(served=served, tables=[HONEST], scores=scored(0.03)) == []


@pytest.mark.parametrize(
    "planted",
    [
        {"served": [Served("v5.3/validation_of_everything.parquet", "5" * 64)]},
        {"served": [Served("v5.3/validation.parquet", "5" * 64)]},
        {"tables": [Table("cache/x.parquet", "3" * 64)]},
        {"tables": [Table("cache/answers.parquet", "4" * 64)]},
        {"tables": [Table("cache/ids.csv", sealed_ids=3)]},
    ],
    ids=["none of the cut's", "other bytes", "a sealed era's file", "the targets themselves", "sealed ids"],
)
def test_a_peeker_with_a_file_is_caught(planted):
    assert found(**planted, scores=scored(0.03)) == ["file"]


def test_a_peeker_with_a_later_date_is_caught():
    assert found(tables=[Table("data/mine.parquet", newest=101)]) == ["date"]
    assert found(tables=[Table("data/mine.parquet", newest=100)]) == []


@pytest.mark.parametrize(("days", "last"), [(20, 95), (60, 87)])
def test_a_peeker_within_the_embargo_is_caught(days, last):
    assert found(tables=[Table("data/mine.parquet", newest=100, newest_known={days: last + 1})]) == [
        "embargo"
    ]
    assert found(tables=[Table("data/mine.parquet", newest=100, newest_known={days: last})]) == []


@pytest.mark.parametrize(
    "scores",
    [scored(0.95), scored(0.15), [EraScore(101, 0.99, 200), *scored(0.02)]],
    ids=["knows all", "hides it in noise", "knows one era"],
)
def test_a_peeker_with_the_targets_is_caught(scores):
    assert found(scores=scores) == ["target"]


@pytest.mark.parametrize("seed", range(20))
def test_luck_on_few_ids_is_no_leak(seed):
    chance = random.Random(seed)
    scores = [EraScore(era, chance.gauss(0.03, 200**-0.5), 200) for era in CUT.eras]

    assert found(scores=scores) == []


def test_a_peeker_who_hides_most_of_what_he_knows_is_not_caught_which_the_page_says():
    assert found(scores=scored(0.06)) == []


def test_a_leak_says_where_and_what():
    (leak,) = leaks.of_table(CUT, Table("data/mine.parquet", newest=140))

    assert leak.way is Way.DATE
    assert leak.where == "data/mine.parquet"
    assert leak.why == "it goes to era 140, and 101 is the first sealed"


def test_no_scores_and_no_tables_are_no_leak():
    assert found(tables=[Table("notes.csv")], scores=[]) == []
