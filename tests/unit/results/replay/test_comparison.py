import random

import pytest

from nab.core.replay.cut import horizon
from nab.results.replay import comparison
from nab.results.replay.comparison import ALPHA, Finding
from nab.results.statistics import overlap
from nab.results.statistics.overlap import Correlation

ERAS = range(101, 251)
FOUR = horizon(20)


def noise(seed, sd=0.012):
    """Differences of weekly eras whose targets share days: a moving sum over four weeks."""
    chance = random.Random(seed)
    weeks = [chance.gauss(0, sd / 2) for _ in range(len(ERAS) + 3)]
    return [sum(weeks[at : at + 4]) for at in range(len(ERAS))]


def scores(level, seed):
    return {era: level + one for era, one in zip(ERAS, noise(seed), strict=True)}


def only(runs):
    (one,) = comparison.compare(comparison.family(list(runs)), runs, FOUR)
    return one


def test_150_weekly_eras_tell_as_much_as_some_38_windows():
    one = only({"a": scores(0.0, 1), "b": scores(0.0, 2)})

    assert one.estimate.n == 150
    assert 37 < one.estimate.n_eff < 40


@pytest.mark.parametrize("seed", range(10))
def test_a_planted_better_artifact_is_found_and_by_its_own_name(seed):
    better = only({"a": scores(0.02, seed), "b": scores(0.0, 100 + seed)})
    worse = only({"a": scores(0.0, seed), "b": scores(0.02, 100 + seed)})

    assert better.finding is Finding.BETTER and better.interval[0] > 0
    assert worse.finding is Finding.WORSE and worse.interval[1] < 0


def test_equal_artifacts_are_told_apart_in_one_of_twenty_at_most():
    found = [only({"a": scores(0.01, 2 * i), "b": scores(0.01, 2 * i + 1)}).finding for i in range(200)]

    assert sum(one is not Finding.NOT_TOLD_APART for one in found) <= 200 * ALPHA + 6  # two standard errors


def test_eras_that_only_one_predicted_count_for_neither():
    mine, theirs = scores(0.02, 1), scores(0.0, 2)
    fewer = {era: value for era, value in theirs.items() if era % 3}

    assert only({"a": mine, "b": fewer}).estimate.n == len(fewer)


def test_the_estimate_is_overlap_ts_with_a_horizon_of_four_eras():
    mine, theirs = scores(0.01, 3), scores(0.0, 4)
    d = [mine[era] - theirs[era] for era in ERAS]

    assert only({"a": mine, "b": theirs}).estimate == overlap.estimate(list(ERAS), d, Correlation(4))


@pytest.mark.parametrize(
    ("other", "note"),
    [
        (scores(0.0, 1), overlap.IDENTICAL),
        ({era: one + 0.1 for era, one in scores(0.0, 1).items()}, overlap.DEGENERATE),
        ({era: one for era, one in scores(0.5, 2).items() if era < 115}, overlap.TOO_FEW),
        ({}, overlap.TOO_FEW),
    ],
)
def test_what_cannot_be_tested_is_told_apart_by_nobody(other, note):
    one = only({"a": scores(0.0, 1), "b": other})

    assert one.finding is Finding.NOT_TESTED
    assert one.why == note


def test_a_family_is_every_pair_once_and_a_pair_is_looked_at_once():
    looked = frozenset(comparison.family(["b", "a"]))

    assert looked == {("a", "b")}
    assert comparison.family(["c", "b", "a"], looked) == (("a", "c"), ("b", "c"))
    assert comparison.family(["a", "b"], looked) == ()


def test_holm_is_over_the_family_of_replayed_pairs_alone():
    runs = {name: scores(0.0, seed) for seed, name in enumerate("abcd")} | {"e": scores(0.006, 9)}
    pairs = comparison.family(list(runs))
    alone = {pair: comparison.compare([pair], runs, FOUR)[0] for pair in pairs}
    together = comparison.compare(pairs, runs, FOUR)

    assert len(together) == 10
    assert all(one.p >= alone[one.pair].p for one in together)
    assert any(one.p > alone[one.pair].p for one in together)


def test_a_run_is_described_with_an_interval_of_its_own():
    one = comparison.of_run("a", scores(0.02, 5), FOUR)

    assert one.interval[0] < 0.02 < one.interval[1]
    assert comparison.of_run("a", {}, FOUR).estimate.n == 0
