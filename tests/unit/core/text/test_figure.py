from pathlib import Path
from xml.etree import ElementTree as ET

from nab.core.text import figure

PAGE = Path(__file__).parents[4] / "docs/overview.svg"
CHARACTER = 7.4  # pixels, about, of the widest system font


def test_the_committed_figure_is_the_one_that_is_drawn():
    assert PAGE.read_text(encoding="utf-8") == figure.svg(), "make figure"


def test_every_line_fits_into_its_panel_and_every_panel_into_the_figure():
    ET.fromstring(figure.svg())

    for panel in figure.PANELS:
        assert max(map(len, panel.lines)) * CHARACTER < panel.width - 16, panel
        assert figure.LINE * len(panel.lines) + 30 < panel.height, panel
        assert panel.x + panel.width <= figure.WIDTH, panel
        assert panel.y + panel.height <= figure.HEIGHT, panel
