import json

import numpy as np
import pytest

from nab.results.statistics import overlap
from nab.results.verdicts.procedure import overlap_t
from support.repository.benches import REPOSITORY
from support.statistics import generator, second_season

REFERENCE = json.loads((REPOSITORY / "tests/data/statistics/overlap_t_reference.json").read_text())


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=["20 rounds", "60 rounds", "54 rounds with gaps"])
def test_the_reference_cases_come_out_to_the_ninth_digit(case):
    assert overlap_t(case["rounds"], case["d"]) == pytest.approx(case["overlap_t"], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=["20 rounds", "60 rounds", "54 rounds with gaps"])
def test_the_band_of_the_reference_cases_comes_out(case):
    found = overlap.band(case["rounds"], case["d"], 0.05)

    if case["band"] == [None, None]:
        assert found is None
    else:
        assert found == pytest.approx(case["band"], rel=1e-9)


@pytest.mark.parametrize("alpha", [0.05, 0.05 / 6, 0.05 / 15])
def test_the_band_at_any_level_is_that_of_the_second_implementation(alpha):
    rounds = [*range(1, 30), *range(40, 75)]
    d = [((7 * r) % 11 - 4.4) / 900 for r in rounds]

    assert overlap.band(rounds, d, alpha) == pytest.approx(second_season.band(rounds, d, alpha), rel=1e-9)


def test_a_longer_horizon_leaves_fewer_independent_rounds():
    rounds, d = range(120), [(r % 5) / 100 for r in range(120)]

    assert overlap_t(rounds, d, horizon=60)["n_eff"] == pytest.approx(
        120 / second_season.pieces(rounds, 60)[0]
    )
    assert overlap_t(rounds, d, horizon=60)["n_eff"] < overlap_t(rounds, d)["n_eff"] / 2


def test_rounds_further_apart_than_the_horizon_are_an_ordinary_t_test():
    rounds, d = range(0, 500, 20), [((3 * r) % 7) / 100 for r in range(25)]
    found = overlap_t(rounds, d)

    mean = sum(d) / 25
    assert found["n_eff"] == pytest.approx(25)
    assert found["df"] == pytest.approx(24)
    assert found["se"] == pytest.approx((sum((one - mean) ** 2 for one in d) / 24 / 25) ** 0.5)


def test_below_twenty_rounds_nothing_is_tested():
    found = overlap_t(range(19), [0.01] * 18 + [0.02])

    assert (found["p"], found["lo"], found["hi"], found["se"]) == (1.0, None, None, None)
    assert found["mean"] == pytest.approx(0.2 / 19)
    assert overlap_t([], [])["p"] == 1.0


@pytest.mark.parametrize(
    ("difference", "note"), [(0.0, overlap.IDENTICAL), (0.002, overlap.DEGENERATE)], ids=["equal", "shifted"]
)
def test_differences_without_any_spread_are_named_and_never_tested(difference, note):
    # As subtraction leaves them: the last digit is rounding, not noise.
    d = [(0.01 * r + difference) - 0.01 * r for r in range(30)]
    found = overlap.estimate(range(30), d)

    assert (found.note, found.p, found.se) == (note, 1.0, 0.0)
    assert found.interval(0.05) == (found.mean, found.mean)


def test_the_spread_of_a_round_is_more_than_neighbours_that_move_together_show():
    series = generator.differences(300, 60, calibrated=False, sd=0.012)
    found = np.array([overlap.round_sd(range(60), list(one)) for one in series])

    assert np.mean(found**2) == pytest.approx(0.012**2, rel=0.15)
    assert np.mean(series.var(axis=1)) < 0.75 * 0.012**2


def test_no_order_of_additions_changes_a_digit():
    rounds = list(range(60))
    d = [((r * r) % 17) / 700 for r in rounds]
    shifted = overlap.estimate([one + 1000 for one in rounds], d)

    assert overlap.estimate(rounds, d) == shifted
