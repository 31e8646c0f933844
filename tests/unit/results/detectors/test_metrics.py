import time

from nab.results.detectors import metrics
from nab.results.detectors.metrics import Surface
from nab.results.detectors.records import Call, Change, Diagnosis, Run


def told(text, context=""):
    return [(row.name, row.value, row.surface.value) for row in metrics.read(text, context)]


def test_what_names_no_surface_is_unknown_and_never_guessed():
    assert told("corr: 0.02") == [("corr", 0.02, "unknown")]
    assert told("corr: 0.02", "python score.py --validation") == [("corr", 0.02, "validation")]


def test_a_heading_counts_for_the_lines_below_it_and_not_for_ever():
    text = "Validation\n" + "corr: 0.02\n" + "\n" * 6 + "corr: 0.03"

    assert told(text) == [("corr", 0.02, "validation"), ("corr", 0.03, "unknown")]


def test_two_surfaces_on_a_line_stay_apart():
    assert told("train corr 0.09, val corr 0.02") == [("corr", 0.09, "train"), ("corr", 0.02, "validation")]


def test_a_ledger_has_tools_logs_and_diagnoses_with_the_places_of_their_bytes():
    run = Run(
        run="r",
        entrant="e",
        calls=(
            Call(id="work-1/stdout:4", at=2, name="Bash", command="python a.py", result="\nval_corr: 0.01"),
        ),
        changes=(
            Change(id="c1:train.log", at=1, path="train.log", text="val_corr: 0.00"),
            Change(id="c1:train.py", at=1, path="train.py", text="print('val_corr: 0.5')"),
        ),
        diagnoses=(
            Diagnosis(id="event 9", at=3, metrics={"validationCorrMean": 0.02, "validationMmcMean": None}),
        ),
    )

    rows = metrics.ledger(run)

    assert [(row.source, row.value) for row in rows] == [
        ("c1:train.log#1", 0.0), ("work-1/stdout:4#2", 0.01), ("event 9", 0.02)
    ]  # fmt: skip
    assert rows[-1].surface is Surface.DIAGNOSTICS


def test_bytes_of_anybody_are_read_without_an_error():
    assert told("corr: " + "9" * 5000 + "\x00\nval_corr: 1e999")[-1][0] == "corr"
    assert told("x" * 100_000) == []


def test_a_value_says_of_which_statistic_it_is_and_how_its_name_was_written():
    rows = [*metrics.read("validation corr mean: 0.0213\n{'validationCorrMean': 0.02}\nval_sharpe=1.02")]

    assert [(row.statistic, row.written) for row in rows] == [
        ("mean", "validation corr mean"), ("mean", "validationCorrMean"), ("", "val_sharpe")
    ]  # fmt: skip


def test_a_table_has_a_metric_in_every_column_that_is_named_after_one():
    text = "model,val_corr,mmc,seconds\na,0.1,nan,3\nb,,0.2,4\n"

    rows = [(row.line, row.name, row.value, row.surface.value) for row in metrics.of_file(text, "a.csv")]

    assert rows[0] == (2, "corr", 0.1, "validation")
    assert rows[1][:2] == (2, "mmc")
    assert rows[2] == (3, "mmc", 0.2, "unknown")
    assert len(rows) == 3


def test_a_table_that_names_metrics_in_its_rows_is_read_like_a_text():
    assert [row.value for row in metrics.of_file("metric,value\nval_corr,0.02\n", "a.csv")] == [0.02]
    assert list(metrics.of_file("", "a.csv")) == list(metrics.of_file('"\n' * 3, "a.tsv")) == []


def test_lines_that_are_made_to_be_slow_are_not():
    began = time.process_time()
    for line in ("a" * 9_999, "corr" + " =" * 5_000, "corr is of " * 999, "_a" * 5_000, "val " * 5_000):
        list(metrics.read(line))

    assert time.process_time() - began < 2
