"""A dot a round, around zero: every difference as it was, with no line through what is noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nab.site.charts import scales, svg
from nab.site.charts.lines import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, axes
from nab.site.charts.scales import Scale
from nab.site.charts.svg import Drawing


@dataclass(frozen=True)
class Dot:
    """A value of a round; one that may still change is drawn hollow."""

    round: int
    value: float
    surface: str
    provisional: bool = False


def dots(found: Sequence[Dot], name: str, colour: str = "c0") -> Drawing:
    """Draw dots. Values that may still change are of the same kind, and are no other surface's."""
    surface = svg.one_surface(one.surface for one in found)
    numbers = [one.round for one in found] or [0, 1]
    x = Scale(min(numbers), max(numbers), LEFT, RIGHT)
    y = Scale(*scales.around_zero([one.value for one in found]), BOTTOM, TOP)
    parts = [*axes(x, y)]
    for one in found:
        kind = "point hollow" if one.provisional else "point"
        parts.append(svg.tag("circle", cx=x(one.round), cy=y(one.value), r=3.0, class_=f"{kind} {colour}"))
    table = tuple((one.round, one.value, one.provisional) for one in found)
    picture = svg.picture((WIDTH, HEIGHT), name, parts, surface=surface)
    return Drawing(picture, ("round", "value", "provisional"), table, surface)
