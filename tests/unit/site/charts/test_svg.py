import pytest

from nab.site.charts import svg
from nab.site.charts.svg import Drawing, MixedSurfaces

HOSTILE = '"><script>alert(1)</script>\u202e' + "x" * 100


def test_words_of_others_are_escaped_shown_and_cut():
    text = svg.text(1, 2, HOSTILE)

    assert "<script" not in text and "\u202e" not in text
    assert "&lt;script&gt;" in text and "\u2026" in text
    assert "<script" not in svg.tag("a", href=HOSTILE)


def test_a_cell_of_csv_is_no_formula():
    drawing = Drawing("", ("name", "value"), (("=HYPERLINK(1)", 0.5), ('a,"b"', None), ("-x", -1.5)))

    assert drawing.csv == 'name,value\n\'=HYPERLINK(1),0.5\n"a,""b""",\n\'-x,-1.5\n'


def test_two_surfaces_never_share_an_axis():
    assert svg.one_surface(["", "resolved", "resolved"]) == "resolved"
    with pytest.raises(MixedSurfaces, match="live, resolved"):
        svg.one_surface(["resolved", "live"])
    with pytest.raises(MixedSurfaces):
        svg.one_surface(["unknown"])
