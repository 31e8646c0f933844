import random
from math import fsum, sqrt

import pytest

from nab.results.behaviour import shrinkage

TRUE_SD, SE = 0.001, 0.00077
# The winner's curse in 1e-4: candidates, bias of the naive estimate, of the shrunken one.
TABLE = [(30, 7.7, -0.8), (100, 10.8, -0.7), (300, 12.7, -0.7)]


def picked(k, true_sd, draw, families):
    """Draw candidates whose truths and noises come in families, and return the apparent, true and shrunken lead."""

    def values(sd):
        common = [draw.gauss(0, sd * sqrt(0.5)) for _ in range(families)]
        drawn = [common[i % families] + draw.gauss(0, sd * sqrt(0.5)) for i in range(k)]
        mean = fsum(drawn) / k
        return [one - mean for one in drawn]

    true, noise = values(true_sd), values(SE)
    found = shrinkage.of_values([a + b for a, b in zip(true, noise, strict=True)], SE, float(k))
    best = max(range(k), key=found.values.__getitem__)
    return found.values[best], true[best], found.shrunk[best]


@pytest.mark.full
@pytest.mark.parametrize(("k", "naive", "shrunken"), TABLE)
def test_the_shrunken_best_is_hardly_biased_where_the_naive_one_is(k, naive, shrunken):
    draw = random.Random(k)
    drawn = [picked(k, TRUE_SD, draw, families=max(3, k // 10)) for _ in range(160)]
    bias = [1e4 * fsum(one[i] - one[1] for one in drawn) / len(drawn) for i in (0, 2)]

    assert bias[0] == pytest.approx(naive, abs=1.6)
    assert bias[1] == pytest.approx(shrunken, abs=1.6)


@pytest.mark.full
def test_of_candidates_that_are_all_alike_hardly_a_lead_is_left():
    draw = random.Random(7)
    drawn = [picked(300, 0.0, draw, families=40) for _ in range(60)]

    assert 1e4 * fsum(one[0] for one in drawn) / len(drawn) == pytest.approx(20.5, abs=1.5)
    assert 1e4 * fsum(one[2] for one in drawn) / len(drawn) == pytest.approx(1.0, abs=1.0)


def test_the_luck_line_is_the_mean_of_the_largest_of_k():
    assert shrinkage.expected_best(1) == 0.0
    assert shrinkage.expected_best(2) == pytest.approx(0.5642, abs=1e-4)
    assert shrinkage.expected_best(100) == pytest.approx(2.5076, abs=1e-4)
    assert SE * shrinkage.expected_best(300) == pytest.approx(22.4e-4, abs=0.6e-4)


@pytest.mark.full
def test_errors_come_from_eras_and_widen_by_the_days_that_eras_share():
    draw = random.Random(1)
    eras = [[draw.gauss(0.02, 0.01) for _ in range(600)] for _ in range(30)]
    found = shrinkage.shrink(eras)

    assert found.se == pytest.approx(2 * 0.01 / sqrt(600), rel=0.05)
    assert found.k_eff == pytest.approx(29, rel=0.1)
    assert found.kept < 0.3
    assert found.luck == pytest.approx(found.mean + found.se * shrinkage.expected_best(found.k_eff))


def test_twins_count_once():
    draw = random.Random(2)
    different = [[draw.gauss(0, 1) for _ in range(200)] for _ in range(10)]

    once, thrice = shrinkage.shrink(different).k_eff, shrinkage.shrink(different * 3).k_eff

    assert thrice == pytest.approx(once, rel=1e-9)


def test_few_eras_or_candidates_give_nothing():
    assert shrinkage.shrink([[0.1] * 30] * 2) is None
    assert shrinkage.shrink([[0.1] * 5] * 9) is None
    flat = shrinkage.shrink([[0.1] * 30] * 9)
    assert (flat.kept, flat.k_eff, flat.shrunk[0]) == (0.0, 1.0, pytest.approx(0.1))


def test_new_bests_are_to_be_expected_without_any_learning():
    assert shrinkage.expected_new_bests(100, 300) == pytest.approx(1.08, abs=0.03)
