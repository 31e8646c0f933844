"""Drawings as they were accepted by somebody who looked at them. NAB_WRITE_GOLDENS=1 writes them anew."""

from __future__ import annotations

import os
from xml.etree import ElementTree

from nab.site.charts.svg import Drawing
from support.repository.benches import REPOSITORY

FOLDER = REPOSITORY / "tests/data/charts"


def as_accepted(name: str, drawing: Drawing | str) -> bool:
    """Say whether a drawing is the accepted one, byte by byte; it has to be XML."""
    svg = drawing if isinstance(drawing, str) else drawing.svg
    ElementTree.fromstring(svg)
    path = FOLDER / f"{name}.svg"
    if os.environ.get("NAB_WRITE_GOLDENS"):
        FOLDER.mkdir(exist_ok=True)
        path.write_text(svg + "\n")
    return path.read_text() == svg + "\n"
