from nab.site.charts import intervals
from nab.site.charts.intervals import Interval
from support.site.goldens import as_accepted

ROWS = [
    Interval("look 1, 60 rounds", 0.012, 0.002, 0.022, "c0", (-0.004, 0.028), "resolved"),
    Interval("look 2, 120 rounds", 0.010, 0.004, 0.016, "c1", (0.001, 0.019), "resolved"),
    Interval("too few", -0.006, colour="control", surface="resolved"),
]


def test_a_forest_is_as_it_was_accepted():
    drawing = intervals.forest(ROWS, "a pair at each look")

    assert as_accepted("forest", drawing)
    assert drawing.surface == "resolved"
    assert drawing.csv.splitlines()[1] == '"look 1, 60 rounds",0.012,0.002,0.022'


def test_an_interval_in_a_cell_is_as_it_was_accepted():
    assert as_accepted("cell", intervals.in_cell(ROWS[0], -0.03, 0.03, "codex: +0.0120"))
    assert as_accepted("cell-scale", intervals.axis_of_cell(-0.03, 0.03))


def test_a_point_without_an_interval_is_hollow():
    assert "hollow" in intervals.in_cell(ROWS[2], -0.03, 0.03, "x")
    assert "hollow" not in intervals.in_cell(ROWS[0], -0.03, 0.03, "x")
