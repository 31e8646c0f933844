import numpy as np
import pandas as pd
import pytest

from nab.tournament.scoring import autocorrelation


def overlapping(models, rounds=4000, days=20):
    daily = np.random.default_rng(1).standard_normal((rounds + days, models))
    sums = np.array([daily[start : start + days].sum(axis=0) for start in range(rounds)])
    return pd.DataFrame(sums, columns=[f"model_{number}" for number in range(models)])


def test_sums_over_twenty_days_agree_as_much_as_they_overlap():
    measured = np.median(autocorrelation.of_pairs(overlapping(5)), axis=0)
    expected = [max(0.0, 1 - lag / 20) for lag in autocorrelation.LAGS]

    assert measured == pytest.approx(expected, abs=0.08)


def test_a_missed_round_is_left_out():
    scores = overlapping(2)
    holey = scores.mask(np.random.default_rng(2).random(scores.shape) < 0.02)

    assert autocorrelation.of_pairs(holey)[0] == pytest.approx(autocorrelation.of_pairs(scores)[0], abs=0.02)


def test_copies_and_models_that_came_late_are_not_compared(tmp_path):
    scores = overlapping(3, rounds=200)
    scores["copy"] = scores["model_1"]
    scores["newcomer"] = np.where(np.arange(200) < 100, np.nan, 1.0)
    scores.to_csv(tmp_path / "scores.csv")
    read = autocorrelation.read(tmp_path / "scores.csv", 150)

    assert list(read.columns) == ["model_0", "model_1", "model_2"]
    assert len(read) == 150


def test_the_comparison_has_a_line_for_every_lag():
    scores = overlapping(3, rounds=300)
    lines = autocorrelation.comparison(scores, scores).splitlines()

    assert [int(line.split()[0]) for line in lines[1:9]] == list(autocorrelation.LAGS)
    assert all(line.split()[1] == line.split()[2] for line in lines[1:9])
