"""Metrics in what programs print."""

import time

import pytest

from nab.results.ledger.metrics import LONGEST_LINE, of_line, of_table, of_text


def found(line):
    return [(one.metric, one.statistic, one.value, one.surface) for one in of_line(line)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("validation corr mean: 0.0213, sharpe 1.02",
         [("corr", "mean", 0.0213, "validation"), ("sharpe", "", 1.02, "validation")]),
        ("val_corr=0.021 train_corr=.3", [("corr", "", 0.021, "validation"), ("corr", "", 0.3, "train")]),
        ('{"validationCorrMean": 0.02, "validationMmcMean": null}',
         [("corr", "mean", 0.02, "validation"), ("mmc", "mean", None, "validation")]),
        ("| corr20 | -2e-3 |", [("corr", "", -0.002, "unknown")]),
        ("Fold 1: corr=nan, RMSE=0.2221", [("corr", "", None, "validation"), ("rmse", "", 0.2221, "validation")]),
        ("[100] valid_0's rmse: 0.2230", [("rmse", "", 0.223, "validation")]),
        ("corr_sharpe: 0.9", [("sharpe", "", 0.9, "unknown")]),
        ("numerai_corr (validation): 0.0231", [("corr", "", 0.0231, "validation")]),
        ("MMC20 on live 0.004", [("mmc", "", 0.004, "live")]),
        ("r2 = 0", [("r2", "", 0.0, "unknown")]),
    ],
)  # fmt: skip
def test_a_line_tells_these_metrics(line, expected):
    assert found(line) == expected


@pytest.mark.parametrize(
    "line", ["", "epoch 3 corr 60", "corrected 0.5", "pip install numerapi 3.1.1", "corr", "0.02", "mmc: 2e9"]
)
def test_a_number_that_only_counts_or_is_of_nothing_known_is_none(line):
    assert found(line) == []


def test_a_line_counts_from_one_and_is_looked_at_to_its_thousandth_character():
    assert [one.line for one in of_text("x\ncorr: 0.1\n")] == [2]
    assert list(of_text("x" * LONGEST_LINE + " corr: 0.1")) == []


def test_lines_that_are_made_to_be_slow_are_not():
    began = time.process_time()
    for line in (
        "a" * 100_000,
        "corr" + " =" * 50_000,
        "corr is of " * 10_000,
        "_a" * 50_000,
        "val " * 30_000,
    ):
        list(of_text(line))

    assert time.process_time() - began < 2


def test_a_table_has_a_metric_in_every_column_that_is_named_after_one():
    rows = of_table("model,val_corr,mmc,seconds\na,0.1,nan,3\nb,,0.2,4\n")

    assert [(one.line, one.metric, one.value, one.surface) for one in rows] == [
        (2, "corr", 0.1, "validation"),
        (2, "mmc", None, "unknown"),
        (3, "mmc", 0.2, "unknown"),
    ]
    assert list(of_table("")) == []
