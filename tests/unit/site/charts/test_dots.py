from nab.site.charts import dots
from nab.site.charts.dots import Dot
from support.site.goldens import as_accepted


def test_dots_are_as_they_were_accepted():
    found = [Dot(1402 + i, (-1) ** i * 0.002 * i, "resolved") for i in range(12)]

    assert as_accepted("dots", dots.dots(found, "every round", "c2"))


def test_a_value_that_may_change_is_hollow():
    assert "hollow" in dots.dots([Dot(1, 0.1, "live", provisional=True)], "x").svg
