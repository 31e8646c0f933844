"""launch.py, without the trial of the image's clients: it takes longer than most runs here, and has its own tests.

$NAB_TEST_PATCHES may shorten what takes long: `slice=12` (seconds), `notice=3`, `pause=0.05` between sessions.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path

import nab
from nab.actions import attend, turns, working_box
from nab.core import turns as whose
from nab.core.sessions import plans

sys.path.insert(0, str(Path(nab.__file__).resolve().parents[2] / "scripts"))
import launch

PATCHES = dict(word.split("=") for word in os.environ.get("NAB_TEST_PATCHES", "").split())

working_box.check_clients = lambda bench, run: "the clients were not tried"
if "slice" in PATCHES:
    turns.slice_of = lambda bench: timedelta(seconds=float(PATCHES["slice"]))
if "notice" in PATCHES:
    whose.NOTICE_SECONDS = float(PATCHES["notice"])
if "pause" in PATCHES:
    plans.SHORTEST = plans.LONGEST = timedelta(seconds=float(PATCHES["pause"]))
    attend.LOOK_SECONDS = 0.1
launch.main()
