import numpy as np
import pytest

from nab.results.validation import generator
from nab.results.validation.generator import CALIBRATED, SLOWLY, WORST, Cell


def lagged(noise, lag):
    """Return the correlation of two rounds so far apart."""
    factor = generator.mixing(noise)
    return (factor @ factor.T)[100, 100 + lag]


def test_neighbouring_rounds_share_what_they_should():
    assert lagged(WORST, 5) == pytest.approx(0.75)
    assert lagged(CALIBRATED, 5) == pytest.approx(0.877 * 0.75 * 0.981**5)
    assert lagged(CALIBRATED, 20) == pytest.approx(0, abs=1e-9)
    assert lagged(SLOWLY, 60) == pytest.approx(0.1 * 0.5)


def test_a_paired_difference_has_the_wanted_spread():
    made = generator.simulate(Cell(4, CALIBRATED, apart=0.003, sd=0.0017), 200, np.random.default_rng(1))
    d = made.scores[:, 0] - made.scores[:, 1]

    assert d.std() == pytest.approx(0.0017, rel=0.1)
    assert d.mean() == pytest.approx(-0.003, abs=0.0002)


def test_rounds_are_missed_at_random_in_outages_and_before_a_late_start():
    present = generator.simulate(Cell(6, WORST, missing=True), 50, np.random.default_rng(1)).present

    assert not present[:, 0, :40].any()
    assert present[:, 1:].mean() == pytest.approx((1 - 0.08) * (1 - 10 / 260), abs=0.01)
    assert generator.simulate(Cell(6, WORST), 2, np.random.default_rng(1)).present.all()
