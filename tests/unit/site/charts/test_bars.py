from nab.site.charts import bars
from support.site.goldens import as_accepted

PARTS = [("done", "p0"), ("crash", "p1"), ("usage limit", "p2")]


def test_bars_are_as_they_were_accepted():
    assert as_accepted("bars", bars.stacked([("codex", [5, 1, 0]), ("claude", [2, 2, 3])], PARTS, "endings"))


def test_bars_of_shares_all_fill_their_row():
    drawing = bars.stacked([("a", [1, 1, 2]), ("b", [100, 0, 0])], PARTS, "x", to_one=True)

    widths = [
        float(part.split('"')[0]) for part in drawing.svg.split('width="')[2:] if 'height="16"' in part[:30]
    ]
    assert round(sum(widths[:3]), 0) == round(widths[3], 0)
