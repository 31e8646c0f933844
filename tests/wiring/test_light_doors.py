"""A light door that can tell imports nothing else: what it loads is what it costs."""

import os
import re
import subprocess
import sys

import pytest

from nab.actions.log import derived
from nab.core.facts import RunStarted
from nab.core.text import times
from support.engines.quiet_engine import quiet_engine
from support.records.logs import NOON, RUN, WHO, intended
from support.repository.benches import REPOSITORY, bench_on

LOADED = re.compile(r"^import time:.*\| +([\w.]+)$", re.MULTILINE)
OURS = {
    "nab",
    "nab.core",
    "nab.core.text",
    "nab.doors",
    "nab.doors.light",
    "nab.doors.log_end",
    "nab.doors.machine",
    *("nab.core.text.tables", "nab.core.text.moments", "nab.core.text.terminal"),
    *("nab.core.text.times", "nab.core.text.durations", "nab.core.text.counts"),
}
OF_ITS_OWN = {
    "status": {
        "nab.doors.status",
        *("nab.core.overview", "nab.core.overview.glance"),
        *("nab.core.upkeep", "nab.core.upkeep.sync", "nab.core.upkeep.sync.lag_words"),
    },
    "lock": {"nab.doors.lock", "nab.core.text.slots"},
    "next_turn": {
        *("nab.doors.next_turn", "nab.core.text.slots"),
        *("nab.core.turns", "nab.core.turns.books", "nab.core.turns.decision", "nab.core.turns.situations"),
        *("nab.core.turns.window_hours", "nab.core.turns.machine_clock", "nab.core.intervals"),
        *("nab.core.windows", "nab.core.windows.window", "nab.core.levels", "nab.core.errors"),
        *("nab.edges", "nab.edges.clock"),
    },
}
WHILE_A_RUN_GOES_ON = {
    *("nab.doors.living", "nab.core.overview.live_words"),
    *("nab.core.runs", "nab.core.runs.deadlines", "nab.core.runs.states", "nab.core.upkeep.disks"),
    *("nab.core.recording", "nab.core.recording.segments"),
    *("nab.edges", "nab.edges.untrusted", "nab.edges.untrusted.descriptors", "nab.paths", "nab.core.errors"),
}


@pytest.fixture(scope="module", params=["nothing runs", "a run goes on"])
def bench(request, tmp_path_factory):
    bench = bench_on(tmp_path_factory.mktemp("bench"))
    if request.param == "a run goes on":
        bench.log.append(intended(), entrant=WHO, run=RUN)
        bench.log.append(RunStarted(started_at=times.text(NOON)), entrant=WHO, run=RUN)
    derived.publish(bench)
    return bench


@pytest.mark.parametrize("name", OF_ITS_OWN)
def test_a_light_door_imports_nothing_but_the_standard_library_and_little_of_ours(bench, tmp_path, name):
    may = OURS | OF_ITS_OWN[name] | (WHILE_A_RUN_GOES_ON if bench.runs() and name == "status" else set())
    words = ("-X", "importtime", REPOSITORY / f"scripts/{name}.py", "--state", bench.paths.root)
    with quiet_engine(tmp_path) as address:
        ended = subprocess.run(
            [sys.executable, *words, "--config", bench.config.file],
            env={**os.environ, "DOCKER_HOST": address},
            capture_output=True,
            text=True,
            check=True,
        )
    loaded = set(LOADED.findall(ended.stderr))

    assert {one for one in loaded if one.split(".")[0] == "nab"} - may == set()
    assert "nab.doors.light" in loaded
    strangers = {one.split(".")[0] for one in loaded} - set(sys.stdlib_module_names) - {"nab"}
    assert {
        one for one in strangers if not re.search(r"hack|sitecustomize|_virtualenv|pth|^org$", one)
    } == set()
    assert ended.stdout
