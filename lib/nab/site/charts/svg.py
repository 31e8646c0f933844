"""SVG as text. Everything that comes in is escaped; no style, no script, no address of elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from nab.core.text.terminal import safe
from nab.site.model.figures import SURFACES

Rows = Sequence[Sequence[object]]
MOST_OF_LABEL = 40


@dataclass(frozen=True)
class Drawing:
    """A chart: its picture, the table that it was drawn from, and of which surface its scores are."""

    svg: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    surface: str = ""

    @property
    def csv(self) -> str:
        """The table as CSV."""
        return "".join(",".join(map(cell, row)) + "\n" for row in (self.columns, *self.rows))


class MixedSurfaces(ValueError):
    """Scores of two surfaces on one axis."""


def one_surface(found: Iterable[str]) -> str:
    """Return the surface of everything in a chart. Raises MixedSurfaces: they never share an axis."""
    known = {one for one in found if one}
    if len(known) > 1 or known - {*SURFACES}:
        raise MixedSurfaces(f"one axis, and surfaces {', '.join(sorted(known))}")
    return known.pop() if known else ""


def cell(value: object) -> str:
    """Write a cell of CSV: no formula for a spreadsheet, nothing that cannot be seen."""
    text = "" if value is None else str(value)
    text = text if text.isprintable() else safe(text).replace("\n", " ")
    if isinstance(value, str) and text[:1] in "=+-@":
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\n') else text


def label(text: str) -> str:
    """Return somebody's words as they may stand in a drawing."""
    shown = " ".join(safe(text).split())
    return escape(shown if len(shown) <= MOST_OF_LABEL else shown[: MOST_OF_LABEL - 1] + "\u2026")


def number(value: float) -> str:
    """Write a coordinate."""
    return f"{value:.1f}".removesuffix(".0")


def tag(name: str, content: str = "", /, **attributes: object) -> str:
    """Write an element; a `_` at the end of a name goes, another becomes a hyphen."""
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{shown(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{told}>{content}</{name}>" if content else f"<{name}{told}/>"


def shown(value: object) -> str:
    """Write an attribute."""
    return number(value) if isinstance(value, float) else escape(safe(str(value)), quote=True)


def text(x: float, y: float, words: str, class_: str = "ax", anchor: str | None = None) -> str:
    """Write words at a place."""
    return tag("text", label(words), x=float(x), y=float(y), class_=class_, text_anchor=anchor)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> str:
    """Draw a line."""
    return tag("line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), class_=class_)


def path(points: Iterable[tuple[float, float]], class_: str, *, closed: bool = False) -> str:
    """Draw a line through points."""
    d = "L".join(f"{number(x)},{number(y)}" for x, y in points)
    return tag("path", d=f"M{d}{'Z' if closed else ''}", class_=class_)


def picture(
    size: tuple[int, int], name: str, parts: Iterable[str], class_: str = "chart", surface: str = ""
) -> str:
    """Return the whole drawing, with its name for who cannot see it."""
    width, height = size
    return tag(
        "svg",
        tag("title", label_long(name)) + "".join(parts),
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        class_=class_,
        role="img",
        aria_label=name,
        data_surface=surface or None,
    )


def label_long(words: str) -> str:
    """Escape a description."""
    return escape(" ".join(safe(words).split())[:400])
