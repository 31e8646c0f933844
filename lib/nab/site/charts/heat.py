"""Cells: a row an entrant, a column a round. What a cell says is never said by colour alone: it has a shape, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nab.site.charts import svg
from nab.site.charts.svg import Drawing

CELL, LABELS, TOP = 11, 150, 6
WIDEST = 900


@dataclass(frozen=True)
class Cell:
    """What became of something: its kind (a class), its words, a page, and whether that was corrected."""

    kind: str
    words: str
    address: str = ""
    corrected: bool = False


def cells(rows: Sequence[tuple[str, Sequence[Cell | None]]], columns: Sequence[str], name: str) -> Drawing:
    """Draw a table of cells; None leaves a hole."""
    size = max(4.0, min(float(CELL), (WIDEST - LABELS) / max(1, len(columns))))
    width = int(LABELS + size * len(columns) + 4)
    height = int(TOP + CELL * 1.6 * len(rows) + 24)
    parts = []
    for place, (label, row) in enumerate(rows):
        y = TOP + CELL * 1.6 * place
        parts.append(svg.text(LABELS - 10, y + CELL - 1, label, "lab", "end"))
        for column, one in enumerate(row):
            if one is not None:
                parts.append(cell(one, LABELS + size * column, y, size))
    for column in {0, len(columns) - 1} if columns else set():
        anchor = "start" if column == 0 else "end"
        x = LABELS + size * (column + (column > 0))
        parts.append(svg.text(x, height - 6, columns[column], "ax", anchor))
    table = tuple(
        (label, columns[column], one.kind, one.corrected)
        for label, row in rows
        for column, one in enumerate(row)
        if one is not None
    )
    picture = svg.picture((width, height), name, parts, "chart heat")
    return Drawing(picture, ("entrant", "round", "outcome", "corrected"), table)


def cell(one: Cell, x: float, y: float, size: float) -> str:
    """Draw a cell: full where it is well, lower where something is missing, with a notch where it was corrected."""
    low = one.kind.startswith("miss")
    height = CELL * (0.45 if low else 1.0)
    box = svg.tag(
        "rect",
        svg.tag("title", svg.label_long(one.words)),
        x=x + 0.5,
        y=y + CELL - height,
        width=max(1.5, size - 1),
        height=height,
        class_=f"cell-{one.kind}",
    )
    if one.corrected:
        box += svg.tag("circle", cx=x + size / 2, cy=y - 2, r=1.6, class_="mark")
    return svg.tag("a", box, href=one.address) if one.address else box
