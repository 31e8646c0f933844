"""Lines over rounds, with a band that holds at all of them at once, and what changed on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nab.site.charts import scales, svg
from nab.site.charts.scales import Scale
from nab.site.charts.svg import Drawing

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 58, 594, 12, 228
GAP = 15  # between the names at the lines' ends


@dataclass(frozen=True)
class Line:
    """A line by rounds. `version` is the scoring's: two never share a line."""

    name: str
    points: tuple[tuple[int, float], ...]
    colour: str = "c0"
    surface: str = ""
    version: str = ""


def lines(
    drawn: Sequence[Line],
    name: str,
    band: Sequence[tuple[int, float]] = (),
    changes: Sequence[tuple[int, str]] = (),
) -> Drawing:
    """Draw lines. `band` is half of its width at some rounds, around zero; `changes` draw a line through the chart."""
    surface = svg.one_surface(one.surface for one in drawn)
    kept = [one for one in drawn if one.points]
    numbers = [at for one in kept for at, _ in one.points] or [0, 1]
    values = [value for one in kept for _, value in one.points] + [half for _, half in band]
    x = Scale(min(numbers), max(numbers), LEFT, RIGHT)
    low, high = scales.around_zero(values)
    y = Scale(low, high, BOTTOM, TOP)
    parts = [*band_of(band, x, y), *axes(x, y)]
    for at, words in changes:
        parts.append(svg.line(x(at), TOP, x(at), BOTTOM, "change"))
        parts.append(svg.text(x(at) + 4, TOP + 10, words, "ax"))
    places = scales.apart([y(one.points[-1][1]) for one in kept], GAP, TOP + 6, BOTTOM - 2)
    for one, place in zip(kept, places, strict=True):
        parts.append(svg.path([(x(at), y(value)) for at, value in one.points], f"line {one.colour}"))
        parts.append(svg.line(RIGHT + 2, y(one.points[-1][1]), RIGHT + 9, place - 4, f"leader {one.colour}"))
        parts.append(svg.text(RIGHT + 12, place, one.name, f"lab {one.colour}"))
    table = tuple((one.name, at, value, one.version) for one in kept for at, value in one.points)
    picture = svg.picture((WIDTH, HEIGHT), name, parts, surface=surface)
    return Drawing(picture, ("name", "round", "value", "version"), table, surface)


def band_of(band: Sequence[tuple[int, float]], x: Scale, y: Scale) -> Iterator[str]:
    """Draw a band around zero."""
    if len(band) > 1:
        edge = [(x(at), y(half)) for at, half in band]
        other = [(x(at), y(-half)) for at, half in reversed(band)]
        yield svg.path([*edge, *other], "band", closed=True)


def axes(x: Scale, y: Scale) -> Iterator[str]:
    """Draw both axes: rounds below, values at the left, the zero line through the middle."""
    for at in scales.ticks(y.low, y.high, 6):
        yield svg.line(LEFT, y(at), RIGHT, y(at), "zero" if at == 0 else "grid")
        yield svg.text(LEFT - 8, y(at) + 4, scales.written(at), "ax", "end")
    for at in scales.ticks(x.low, x.high, 6):
        if at == int(at):
            yield svg.text(x(at), BOTTOM + 18, f"{int(at)}", "ax", "middle")
    yield svg.text(RIGHT + 12, BOTTOM + 18, "round", "ax")
