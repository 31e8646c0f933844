"""The modules of the proxy image stand alone: they are imported as they are in the image."""

import sys
from pathlib import Path

PROXY = Path(__file__).resolve().parents[4] / "images" / "proxy"
sys.path.insert(0, str(PROXY))
