"""Stacked bars: of what a whole is made, its parts in the same order in every row."""

from __future__ import annotations

from collections.abc import Sequence

from nab.site.charts import svg
from nab.site.charts.svg import Drawing

WIDTH, LABELS, ROW, TOP = 720, 150, 24, 4


def stacked(
    rows: Sequence[tuple[str, Sequence[float]]],
    parts: Sequence[tuple[str, str]],
    name: str,
    *,
    to_one: bool = False,
) -> Drawing:
    """Draw bars. `parts` are the names and classes of the parts; with `to_one` every bar fills its row."""
    most = max((sum(values) for _, values in rows), default=0.0) or 1.0
    room = WIDTH - LABELS - 10
    drawn = []
    for place, (label, values) in enumerate(rows):
        y, x = TOP + ROW * place, float(LABELS)
        whole = (sum(values) or 1.0) if to_one else most
        drawn.append(svg.text(LABELS - 10, y + 15, label, "lab", "end"))
        for (part, kind), value in zip(parts, values, strict=True):
            width = room * value / whole
            if width > 0:
                title = svg.tag("title", svg.label_long(f"{label}, {part}: {value:g}"))
                drawn.append(
                    svg.tag(
                        "rect",
                        title,
                        x=x,
                        y=float(y + 3),
                        width=width,
                        height=ROW - 8.0,
                        class_=f"part {kind}",
                    )
                )
            x += width
    bottom = TOP + ROW * len(rows)
    x = float(LABELS)
    for part, kind in parts:
        drawn.append(svg.tag("rect", x=x, y=bottom + 8.0, width=10.0, height=10.0, class_=f"part {kind}"))
        drawn.append(svg.text(x + 15, bottom + 17, part, "ax"))
        x += 34 + 6.2 * len(part)
    table = tuple((label, *values) for label, values in rows)
    picture = svg.picture((WIDTH, bottom + 26), name, drawn)
    return Drawing(picture, ("name", *(part for part, _ in parts)), table)
