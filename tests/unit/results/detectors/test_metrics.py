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
