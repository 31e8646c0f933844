from nab.site.charts import heat
from nab.site.charts.heat import Cell
from support.site.goldens import as_accepted

ROW = [
    Cell("well", "on time", "rounds/1/index.html"),
    Cell("miss-agent", "missed"),
    None,
    Cell("well", "x", corrected=True),
    Cell("late", "late"),
]


def test_cells_are_as_they_were_accepted():
    drawing = heat.cells(
        [("codex-l4", ROW), ("claude-l4", ROW[::-1])], [f"round {i}" for i in range(5)], "outcomes"
    )

    assert as_accepted("heat", drawing)
    assert "codex-l4,round 3,well,True" in drawing.csv


def test_a_miss_has_another_shape_than_what_is_well_and_a_correction_its_mark():
    heights = [heat.cell(one, 0, 0, 11).split('height="')[1].split('"')[0] for one in (ROW[0], ROW[1])]

    assert heights[0] != heights[1]
    assert "mark" in heat.cell(ROW[3], 0, 0, 11) and "mark" not in heat.cell(ROW[0], 0, 0, 11)
