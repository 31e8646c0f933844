import pytest

from nab.results.behaviour import binomials


def test_a_share_has_the_interval_of_clopper_and_pearson():
    # scipy 1.17: binomtest(38, 40).proportion_ci(method="exact")
    found = binomials.share(38, 40)

    assert (found.lo, found.hi) == pytest.approx((0.830804, 0.993887), abs=1e-5)
    assert found.words == "38 of 40 (0.95, 0.83 to 0.99)"
    assert (binomials.share(0, 10).lo, binomials.share(10, 10).hi) == (0.0, 1.0)
    assert binomials.share(0, 10).hi == pytest.approx(0.308497, abs=1e-5)
    assert binomials.share(0, 0).value is None


def test_unequal_trials_have_the_exact_tail():
    chances = [0.1, 0.5, 0.25]

    assert binomials.at_least(0, chances) == 1.0
    assert binomials.at_least(3, chances) == pytest.approx(0.1 * 0.5 * 0.25)
    assert binomials.at_least(1, chances) == pytest.approx(1 - 0.9 * 0.5 * 0.75)
    assert binomials.at_least(8, [0.5] * 10) == pytest.approx(56 / 1024)


def test_the_sign_test_is_two_sided_and_says_nothing_of_nothing():
    assert binomials.sign_test(0, 0) == 1.0
    assert binomials.sign_test(8, 0) == pytest.approx(2 / 256)
    assert binomials.sign_test(1, 1) == 1.0
