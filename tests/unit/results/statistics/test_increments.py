import numpy as np
import pytest

from nab.results.statistics import increments
from nab.results.statistics.increments import Increments


def days(n, mean=0.0, seed=1, sd=0.012):
    """Return the daily scores of n rounds that share each day's noise: what pure overlap is made of."""
    brought = mean / 20 + sd / np.sqrt(20) * np.random.default_rng(seed).standard_normal(n + 20)
    return {
        r: {k: float(brought[r : r + k].sum() / np.sqrt(k / 20)) for k in range(1, 21)}
        for r in range(1, n + 1)
    }


def hc3(x, w):
    """Ordinary least squares through the origin with HC3 errors, by whole matrices."""
    column = np.asarray(w)[:, None]
    bread = np.linalg.inv(column.T @ column)
    beta = bread @ column.T @ x
    hat = np.diag(column @ bread @ column.T)
    meat = (column.T * ((np.asarray(x) - column @ beta) / (1 - hat)) ** 2) @ column
    return beta[0], np.sqrt((bread @ meat @ bread)[0, 0])


def test_increments_of_days_that_rounds_share_are_those_days():
    scores = days(60)
    found = increments.increments(scores)

    assert len(found.days) == 79
    assert max(found.exposure) == 1.0
    # On a day on which all twenty open rounds saw the same, each brought a twentieth.
    brought = np.array(found.brought) / np.array(found.exposure)
    last = np.sqrt(20 / 20) * scores[30][20] - np.sqrt(19 / 20) * scores[30][19]
    assert brought[found.days.index(50)] == pytest.approx(20 * last)


def test_the_estimate_is_least_squares_with_hc3_errors():
    found = increments.increments(days(60, mean=0.01))
    one = increments.estimate(found)

    assert (one.mean, one.se) == pytest.approx(hc3(np.array(found.brought), found.exposure), rel=1e-9)
    assert one.df == len(found.days) - 1


def test_a_mean_that_every_round_has_is_found_without_noise():
    assert increments.estimate(increments.increments(days(60, mean=0.01, sd=0.0))).mean == pytest.approx(0.01)


def test_a_missing_round_and_an_unresolved_one_are_no_trouble():
    scores = days(60, mean=0.01, sd=1e-6)
    del scores[20]
    scores[60] = {k: v for k, v in scores[60].items() if k <= 7}

    assert increments.estimate(increments.increments(scores)).mean == pytest.approx(0.01, rel=1e-3)


@pytest.mark.full
def test_it_errs_about_as_often_as_the_table_says():
    tests = [increments.estimate(increments.increments(days(60, seed=seed))).p for seed in range(150)]

    assert np.mean(np.array(tests) <= 0.05) == pytest.approx(0.055, abs=0.05)


@pytest.mark.full
def test_the_gate_opens_for_twenty_public_models_whose_days_are_white_and_for_nothing_else():
    white = [days(150, seed=seed) for seed in range(20)]
    slow = [
        {r: {k: v + 0.06 * np.sin(r / 15) for k, v in one.items()} for r, one in model.items()}
        for model in white
    ]

    assert increments.gate(white).waits_for == ""
    assert "19 of 20" in increments.gate(white[:19]).waits_for
    assert "placebo" in increments.gate(slow).waits_for or "correlate" in increments.gate(slow).waits_for


def test_without_any_history_the_gate_says_what_it_waits_for():
    assert increments.gate([]).waits_for == "0 of 20 public models have 60 days of history"
    assert increments.gate([days(20)]).waits_for == "0 of 20 public models have 60 days of history"


def test_too_few_days_are_not_tested():
    assert increments.estimate(Increments((), (), ())).note == "too few"
