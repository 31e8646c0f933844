from nab.site.charts import scatter
from nab.site.charts.scatter import Point
from support.site.goldens import as_accepted


def test_points_are_as_they_were_accepted():
    found = [
        Point("codex-l4", 412, 0.006, -0.002, 0.014, "c0", "resolved"),
        Point("random", 0, -0.008, colour="control", surface="resolved"),
    ]

    assert as_accepted("scatter", scatter.scatter(found, "what it cost", "dollars", "MMC20 minus control"))
