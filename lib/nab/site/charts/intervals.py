"""Intervals on one scale, with the zero line: in a table's cell, and as a forest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nab.site.charts import scales, svg
from nab.site.charts.scales import Scale
from nab.site.charts.svg import Drawing

WIDTH, ROW, LABELS, TOP = 720, 26, 210, 8
CELL_WIDTH, CELL_HEIGHT = 220, 22


@dataclass(frozen=True)
class Interval:
    """A point in its interval; without one only the point is drawn. `wide` is a second, thinner interval."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    colour: str = "c0"
    wide: tuple[float, float] | None = None
    surface: str = ""


def ends(rows: Sequence[Interval]) -> tuple[float, float]:
    """Return the ends of a scale that holds everything."""
    found = [
        one for row in rows for one in (row.value, row.low, row.high, *(row.wide or ())) if one is not None
    ]
    return scales.around_zero(found)


def marks(one: Interval, scale: Scale, y: float) -> list[str]:
    """Draw one."""
    parts = []
    if one.wide is not None:
        parts.append(svg.line(scale(one.wide[0]), y, scale(one.wide[1]), y, f"thin {one.colour}"))
    if one.low is not None and one.high is not None:
        parts.append(svg.line(scale(one.low), y, scale(one.high), y, f"range {one.colour}"))
    if one.value is not None:
        kind = "point" if one.low is not None else "point hollow"
        parts.append(
            svg.tag("circle", cx=scale(one.value), cy=float(y), r=4.5, class_=f"{kind} {one.colour}")
        )
    return parts


def in_cell(one: Interval, low: float, high: float, words: str) -> str:
    """Draw an interval for the cell of a table whose rows share a scale."""
    scale = Scale(low, high, 6, CELL_WIDTH - 6)
    zero = svg.line(scale(0), 0, scale(0), CELL_HEIGHT, "zero")
    parts = [zero, *marks(one, scale, CELL_HEIGHT / 2)]
    return svg.picture((CELL_WIDTH, CELL_HEIGHT), words, parts, "cell", one.surface)


def axis_of_cell(low: float, high: float) -> str:
    """Draw the scale above such cells."""
    scale = Scale(low, high, 6, CELL_WIDTH - 6)
    parts = [
        svg.text(scale(at), 12, scales.written(at), "ax", anchor)
        for at, anchor in ((low, "start"), (0.0, "middle"), (high, "end"))
    ]
    words = f"scale from {scales.written(low)} to {scales.written(high)}"
    return svg.picture((CELL_WIDTH, 16), words, parts, "cell")


def forest(rows: Sequence[Interval], name: str) -> Drawing:
    """Draw intervals below each other."""
    surface = svg.one_surface(row.surface for row in rows)
    low, high = ends(rows)
    scale = Scale(low, high, LABELS, WIDTH - 16)
    bottom = TOP + ROW * len(rows)
    parts = []
    for at in scales.ticks(low, high, 6):
        parts.append(svg.line(scale(at), TOP, scale(at), bottom, "zero" if at == 0 else "grid"))
        parts.append(svg.text(scale(at), bottom + 16, scales.written(at), "ax", "middle"))
    for place, row in enumerate(rows):
        y = TOP + ROW * place + ROW / 2
        parts.append(svg.text(LABELS - 14, y + 4, row.name, "lab", "end"))
        parts += marks(row, scale, y)
    table = tuple((row.name, row.value, row.low, row.high) for row in rows)
    picture = svg.picture((WIDTH, bottom + 24), name, parts, surface=surface)
    return Drawing(picture, ("name", "value", "low", "high"), table, surface)
