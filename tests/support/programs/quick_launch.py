"""launch.py, without the trial of the image's clients and without canaries: they take longer than most runs here, and
have tests of their own.

$NAB_TEST_PATCHES may shorten what takes long: `slice=12` (seconds), `notice=3`, `pause=0.05` between sessions; with
`canary=yes` there are canaries. $NAB_TEST_INTERNET is what puts a proxy on a fake internet, as JSON (internets.py).
"""

import json
import os
import sys
from datetime import timedelta
from pathlib import Path

import nab
from nab.actions.boxes import agent_box, proxy
from nab.actions.boxes.canary import Canary
from nab.actions.runs import attend
from nab.actions.turns import scheduler
from nab.core.runs.ending import next_session
from nab.core.turns import decision as whose
from nab.edges.docker import proxy_box

sys.path.insert(0, str(Path(nab.__file__).resolve().parents[2] / "scripts"))
import launch

PATCHES = dict(word.split("=") for word in os.environ.get("NAB_TEST_PATCHES", "").split())

proxy.READY_SECONDS = 300  # a machine that runs several tests may let one wait
agent_box.check_clients = lambda bench, run, ready: ready() or "the clients were not tried"
if "canary" not in PATCHES:
    Canary.begin = lambda self, session: None
if "slice" in PATCHES:
    scheduler.slice_of = lambda bench: timedelta(seconds=float(PATCHES["slice"]))
if "notice" in PATCHES:
    whose.NOTICE_SECONDS = float(PATCHES["notice"])
if "pause" in PATCHES:
    next_session.SHORTEST = next_session.LONGEST = timedelta(seconds=float(PATCHES["pause"]))
    attend.LOOK_SECONDS = 0.1
if change := json.loads(os.environ.get("NAB_TEST_INTERNET", "{}")):
    usual = proxy_box.options

    def on_a_fake_internet(box):
        options = usual(box)
        return options | change | {"volumes": options["volumes"] | change["volumes"]}

    proxy_box.options = on_a_fake_internet
launch.main()
