import pytest

from nab.site.charts import lines
from nab.site.charts.lines import Line
from nab.site.charts.svg import MixedSurfaces
from support.site.goldens import as_accepted

POINTS = tuple((1402 + i, 0.004 * i - 0.0003 * i * i) for i in range(30))


def test_a_line_in_its_band_is_as_it_was_accepted():
    drawn = [
        Line("codex-l4", POINTS, "c0", "resolved"),
        Line("claude-l4", tuple((r, -v) for r, v in POINTS), "c1", "resolved"),
    ]
    band = [(1410, 0.01), (1420, 0.02), (1431, 0.03)]

    assert as_accepted("lines", lines.lines(drawn, "added up", band, [(1415, "another prompt")]))


def test_names_at_the_ends_do_not_lie_on_each_other():
    drawing = lines.lines([Line(f"e{i}", ((1, 0.0), (2, 0.001)), "c0") for i in range(4)], "x")

    places = [
        float(part.split('"')[0])
        for part in drawing.svg.split('y="')[1:]
        if 'class="lab' in part.split(">")[0]
    ]
    assert len(places) == 4
    assert min(abs(a - b) for a in places for b in places if a != b) >= lines.GAP - 0.11


def test_lines_of_two_surfaces_are_refused_and_an_empty_chart_is_drawn():
    with pytest.raises(MixedSurfaces):
        lines.lines([Line("a", POINTS, surface="live"), Line("b", POINTS, surface="resolved")], "x")
    assert "<svg" in lines.lines([], "nothing yet").svg
