import itertools

import pytest
from scipy import special

from nab.results.statistics import distributions

DF = (1.0, 2.08, 2.47, 4.4, 12.7, 38.0, 400.0)


@pytest.mark.parametrize("df", DF)
def test_p_values_are_those_of_scipy(df):
    for t in (0.0, 1e-6, 0.3, 1.0, 2.5, 7.0, 60.0):
        assert distributions.two_sided(t, df) == pytest.approx(2 * special.stdtr(df, -t), rel=1e-10)


@pytest.mark.parametrize("df", DF)
def test_critical_values_are_those_of_scipy(df):
    for alpha in (1e-4, 0.002 / 15, 0.005, 0.05, 0.4):
        found = distributions.critical(alpha, df)

        assert found == pytest.approx(-special.stdtrit(df, alpha / 2), rel=1e-9)
        assert distributions.two_sided(found, df) == pytest.approx(alpha, rel=1e-12)


def test_the_noncentral_t_is_that_of_scipy():
    for t, df, noncentrality in itertools.product((-1.0, 0.0, 2.2, 4.5), (2.47, 12.7, 200.0), (0.0, 2.8)):
        expected = special.nctdtr(df, noncentrality, t)

        assert distributions.noncentral_below(t, df, noncentrality) == pytest.approx(expected, abs=1e-9)


def test_without_an_effect_power_is_alpha():
    assert distributions.power(0.0, 0.05, 7.3) == pytest.approx(0.05, abs=1e-12)


def test_the_normal_quantile_is_the_familiar_one():
    assert distributions.normal_critical(0.05) == pytest.approx(1.959963984540054, abs=1e-12)
