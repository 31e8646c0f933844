from datetime import UTC, datetime, timedelta

from nab.site.charts import lanes
from nab.site.charts.lanes import Span
from support.site.goldens import as_accepted

FIRST = datetime(2026, 6, 1, tzinfo=UTC)
LAST = FIRST + timedelta(days=360)
SPANS = [
    Span("sessions", FIRST + timedelta(days=3 * i), FIRST + timedelta(days=3 * i, hours=5))
    for i in range(100)
]
SPANS += [Span("gaps of ours", FIRST + timedelta(days=100), FIRST + timedelta(days=130), bad=True)]
NAMES = ["sessions", "gaps of ours"]


def test_a_year_of_lanes_is_as_it_was_accepted():
    drawing = lanes.lanes(NAMES, SPANS, (FIRST, LAST), "a year", {"2026-07": "2026-07/index.html"})

    assert as_accepted("lanes", drawing)
    assert 'href="2026-07/index.html"' in drawing.svg and drawing.svg.count("<a ") == 1


def test_a_year_of_twenty_lanes_stays_small():
    names = [f"lane {i}" for i in range(20)]
    spans = [
        Span(names[i % 20], FIRST + timedelta(hours=i), FIRST + timedelta(hours=i + 1), i % 7 == 0)
        for i in range(8640)
    ]

    import zlib

    assert len(zlib.compress(lanes.lanes(names, spans, (FIRST, LAST), "x").svg.encode())) <= 60_000


def test_bins_tell_how_much_falls_into_them():
    found = lanes.bins([*SPANS[:2], SPANS[0]], FIRST, LAST)

    assert [(one.lane, one.place, one.count) for one in found] == [("sessions", 0, 2), ("sessions", 3, 1)]


def test_marks_are_months_days_or_hours_as_they_fit():
    assert [words for _, words in lanes.moments(FIRST, LAST)][:2] == ["Jul", "Aug"]
    assert [words for _, words in lanes.moments(FIRST, FIRST + timedelta(hours=8))][:2] == ["01h", "02h"]
    assert len(list(lanes.moments(FIRST, FIRST + timedelta(days=30)))) <= 12
