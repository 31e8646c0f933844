"""Points in a plane, each with its name: what something cost against what it brought, never their ratio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nab.site.charts import scales, svg
from nab.site.charts.scales import Scale
from nab.site.charts.svg import Drawing

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 64, 600, 12, 256


@dataclass(frozen=True)
class Point:
    """A point; its height may have an interval."""

    name: str
    x: float
    y: float
    low: float | None = None
    high: float | None = None
    colour: str = "c0"
    surface: str = ""


def scatter(points: Sequence[Point], name: str, across: str, up: str) -> Drawing:
    """Draw points on two named axes."""
    surface = svg.one_surface(one.surface for one in points)
    x = Scale(0, max([one.x for one in points] + [1e-9]), LEFT, RIGHT)
    tall = [value for one in points for value in (one.y, one.low, one.high) if value is not None]
    y = Scale(*scales.around_zero(tall), BOTTOM, TOP)
    parts = []
    for at in scales.ticks(y.low, y.high, 6):
        parts.append(svg.line(LEFT, y(at), RIGHT, y(at), "zero" if at == 0 else "grid"))
        parts.append(svg.text(LEFT - 8, y(at) + 4, scales.written(at), "ax", "end"))
    marks = scales.ticks(x.low, x.high, 5)
    parts += [svg.text(x(at), BOTTOM + 18, f"{at:g}", "ax", "middle") for at in marks]
    parts.append(svg.text(RIGHT, BOTTOM + 36, across, "ax strong", "end"))
    parts.append(svg.text(LEFT + 6, TOP + 10, up, "ax strong"))
    places = scales.apart([y(one.y) + 4 for one in points], 14, TOP + 8, BOTTOM)
    for one, place in zip(points, places, strict=True):
        if one.low is not None and one.high is not None:
            parts.append(svg.line(x(one.x), y(one.low), x(one.x), y(one.high), f"thin {one.colour}"))
        parts.append(svg.tag("circle", cx=x(one.x), cy=y(one.y), r=4.5, class_=f"point {one.colour}"))
        parts.append(svg.text(x(one.x) + 10, place, one.name, f"lab {one.colour}"))
    table = tuple((one.name, one.x, one.y, one.low, one.high) for one in points)
    picture = svg.picture((WIDTH, HEIGHT), name, parts, surface=surface)
    return Drawing(picture, ("name", across, up, "low", "high"), table, surface)
