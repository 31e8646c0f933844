import numpy as np
import pytest

from nab.results.statistics import kewc, overlap
from support.statistics import generator


def written_out(rounds, d):
    """The formula with whole matrices."""
    n = len(d)
    nu = max(2, round(n / 15))
    i = np.arange(1, n + 1)
    cosines = np.sqrt(2 / n) * np.cos(np.pi * np.outer(np.arange(1, nu + 1), i - 0.5) / n)
    shared = np.clip(1 - np.abs(np.subtract.outer(rounds, rounds)) / 20, 0, None)
    white = cosines @ d
    s2 = white @ np.linalg.solve(cosines @ shared @ cosines.T, white) / nu
    return np.mean(d), np.sqrt(s2 * shared.sum() / n / n), nu


@pytest.mark.parametrize("rounds", [range(60), [*range(30), *range(45, 100)]], ids=["whole", "with a gap"])
def test_kewc_is_its_formula(rounds):
    rounds = list(rounds)
    (d,) = generator.differences(1, len(rounds))
    found = kewc.estimate(rounds, list(d))

    assert (found.mean, found.se, found.df) == pytest.approx(written_out(np.array(rounds), d), rel=1e-9)


@pytest.mark.full
@pytest.mark.parametrize(
    ("n", "calibrated", "kewc_rate", "overlap_rate"),
    [(60, True, 0.039, 0.010), (120, True, 0.040, 0.020), (60, False, 0.047, 0.036)],
)
def test_both_err_as_often_as_the_table_says(n, calibrated, kewc_rate, overlap_rate):
    count = 1500
    series = generator.differences(count, n, calibrated=calibrated)
    for module, expected in ((kewc, kewc_rate), (overlap, overlap_rate)):
        found = generator.false_positives(lambda d, module=module: module.estimate(range(n), d), series)

        # The table has 6,000 replications, this 1,500: three standard errors of both.
        assert found == pytest.approx(expected, abs=3 * (expected / count + expected / 6000) ** 0.5)


def test_too_few_rounds_and_no_spread_are_not_tested():
    assert kewc.estimate(range(19), [0.01] * 19).note == overlap.TOO_FEW
    assert kewc.estimate(range(40), [0.0] * 40).note == overlap.IDENTICAL
    assert kewc.estimate(range(40), [0.01] * 40).note == overlap.DEGENERATE
